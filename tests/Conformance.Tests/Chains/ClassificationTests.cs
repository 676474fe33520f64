using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviours 4, 9, 20 and 21, rules 2 to 6: what enters a chain and what does not.</summary>
public sealed class ClassificationTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

    /// <summary>Frames from "src" to the MAC address of "dst" that no classifier may see, though one takes everything.</summary>
    public static TheoryData<string, byte[]> NeverInAChain => new()
    {
        { "ARP", Link().Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2").Build() },
        { "DHCP from a client", Udp("0.0.0.0", "255.255.255.255", 68, 67) },
        { "DHCP from a server", Udp("10.0.0.1", "10.0.0.2", 67, 68) },
        { "DHCP with one port of it", Udp("10.0.0.1", "10.0.0.2", 5000, 67) },
        { "DHCPv6 from a client", Link().Ipv6("fe80::1", "ff02::1:2").Udp(546, 547).Payload(4).Build() },
        { "DHCPv6 with one port of it", Link().Ipv6("2001:db8::1", "2001:db8::2").Udp(547, 9).Payload(4).Build() },
        { "router solicitation", Discovery(133) },
        { "router advertisement", Discovery(134) },
        { "neighbour solicitation", Discovery(135) },
        { "neighbour advertisement", Discovery(136) },
        { "redirect", Discovery(137) },
        { "neighbour solicitation behind an extension header", Link().Ipv6("fe80::1", "ff02::1").DestinationOptions().Icmpv6(135).Payload(20).Build() },
        { "LLC", Link().Llc().Payload(30).Build() },
        { "SNAP with IPv4", Link().Snap().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Build() },
        { "MPLS", Web().Labelled(3, 255, 64).Build() },
        { "MPLS with upstream-assigned label", Link().Mpls(900, etherType: 0x8848).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Build() },
        { "NSH", Web().InNsh(Lab.DestinationMac, 3, 255).Build() },
        { "NSH that nobody could read", Link().Nsh(3, 0, change: nsh => nsh with { Version = 3, LengthWords = 63 }).Build() },
        { "unknown EtherType", new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac, etherType: 0x88b5).Payload(46).Build() },
        { "Ethernet header alone", Link().Build()[..12].Concat(new byte[] { 8, 0 }).ToArray() },
        { "IPv4 header cut", Web().Build()[..(14 + 19)] },
        { "IPv4 of version 5", Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Version = 5 }).Tcp(1, 80).Build() },
        { "IPv4 with a header of four words", Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { HeaderLengthWords = 4 }).Tcp(1, 80).Build() },
        { "TCP ports cut", Web().Build()[..(14 + 20 + 3)] },
        { "IPv6 header cut", Link().Ipv6("2001:db8::1", "2001:db8::2").Build()[..(14 + 39)] },
        { "IPv6 in an IPv4 frame", new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac, etherType: 0x0800).Ipv6("2001:db8::1", "2001:db8::2").Tcp(1, 80).Build() },
        { "VLAN tag cut", Link().Vlan(5).Build()[..16] },
    };

    [Theory]
    [MemberData(nameof(NeverInAChain))]
    public void Some_frames_enter_no_chain_whatever_its_classifiers_say(string description, byte[] frame)
    {
        Replayed replayed = Replayed.Run(Everything(), [InputFile.Of("src", frame)]);
        replayed.Crosses(description, Crossing.In("src", frame), Crossing.Out("dst", frame)).Drops("");
        Assert.Equal(0, replayed.Counts.Chain("all").Packets);
    }

    [Fact]
    public void Everything_else_that_is_ip_does_enter()
    {
        PacketBuilder[] frames =
        [
            Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(66, 69), Link().Ipv4("10.0.0.1", "10.0.0.2").Tcp(67, 68), Link().Ipv4("10.0.0.1", "10.0.0.2").Icmp(),
            Link().Ipv4("10.0.0.1", "10.0.0.2").Sctp(1, 2), Link().Ipv4("10.0.0.1", "224.0.0.5", protocol: 89).Payload(24),
            Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { FragmentOffsetBytes = 8 }).Payload(8), Link().Ipv6("2001:db8::1", "2001:db8::2").Udp(545, 548),
            Link().Ipv6("2001:db8::1", "2001:db8::2").Icmpv6(132), Link().Ipv6("2001:db8::1", "2001:db8::2").Icmpv6(138), Link().Ipv6("2001:db8::1", "2001:db8::2", nextHeader: 59),
        ];
        Replayed replayed = Replayed.Run(Everything(), "src", frames);
        Assert.Equal(frames.Length, replayed.Counts.Chain("all").Packets);
        Assert.Equal(frames.Length, replayed.Output.Crossings.Count(crossing => crossing is { Port: "a", IsInbound: false }));
    }

    [Fact]
    public void A_frame_too_short_for_ethernet_is_malformed() =>
        Replayed.Run(Everything(), [InputFile.Of("src", [], new byte[13])])
            .Crosses("route", Crossing.In("src", Array.Empty<byte>()), Crossing.In("src", new byte[13])).Drops("malformed=2");

    [Fact]
    public void Later_fragments_go_where_their_first_one_went()
    {
        PacketBuilder first = Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { MoreFragments = true, Identification = 9 }).Tcp(1, 80).Payload(4);
        PacketBuilder later = Link().Ipv4("10.0.0.1", "10.0.0.2", protocol: 6, change: ip => ip with { FragmentOffsetBytes = 24, Identification = 9 }).Payload(8);
        PacketBuilder first6 = Link().Ipv6("2001:db8::1", "2001:db8::2").Fragment(9, more: true).Tcp(1, 80).Payload(4);
        PacketBuilder later6 = Link().Ipv6("2001:db8::1", "2001:db8::2").Fragment(9, offsetBytes: 24, nextHeader: 6).Payload(8);
        Lab Of(string name, int min) => Lab.Usual().Function("a", "nsh", A).Group("g", ["a"])
            .Classifier("c4", ("protocol", "tcp"), ("destination_port_range_min", min), ("destination_port_range_max", 100), ("logical_source_port", "src"))
            .Classifier("c6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("destination_port_range_min", min), ("destination_port_range_max", 100), ("logical_source_port", "src"))
            .Chain(name, 3, "nsh", ["g"], ["c4", "c6"]);

        Replayed.Run(Of("from 1", 1), "src", first, later, first6, later6).Crosses("from 1",
            Crossing.In("src", first), Crossing.Out("a", first.InNsh(A, 3, 255)), Crossing.In("a", first.InNsh(A, 3, 254)), Crossing.Out("dst", first),
            Crossing.In("src", later), Crossing.Out("a", later.InNsh(A, 3, 255)), Crossing.In("a", later.InNsh(A, 3, 254)), Crossing.Out("dst", later),
            Crossing.In("src", first6), Crossing.Out("a", first6.InNsh(A, 3, 255)), Crossing.In("a", first6.InNsh(A, 3, 254)), Crossing.Out("dst", first6),
            Crossing.In("src", later6), Crossing.Out("a", later6.InNsh(A, 3, 255)), Crossing.In("a", later6.InNsh(A, 3, 254)), Crossing.Out("dst", later6));
        Assert.Equal(4, Replayed.Run(Of("from 0", 0), "src", first, later, first6, later6).Counts.Chain("from 0").Packets);
    }

    [Theory]
    [InlineData(null, null, "0 1 80 65535")]
    [InlineData(null, 80, "0 1 80")]
    [InlineData(80, null, "80 81 65535")]
    [InlineData(0, 0, "0")]
    [InlineData(80, 81, "80 81")]
    public void Port_bounds_are_taken_as_given(int? min, int? max, string entering)
    {
        Lab lab = Lab.Usual().Function("a", null, A).Group("g", ["a"])
            .Classifier("c", ("protocol", "udp"), ("destination_port_range_min", min), ("destination_port_range_max", max), ("logical_source_port", "src"))
            .Chain("c", 1, "nsh", ["g"], ["c"]);
        ushort[] ports = [0, 1, 79, 80, 81, 82, 65535];
        Replayed replayed = Replayed.Run(lab, "src", [.. ports.Select(port => Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(9, port).Payload(1))]);
        Assert.All(entering.Split(' '), port => Assert.Contains(ushort.Parse(port), Entered(replayed)));
        Assert.DoesNotContain(Entered(replayed), port => (min ?? 0) > port || port > (max ?? 65535));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("10.0.0.1/32", "10.0.0.1", "10.0.0.0")]
    [InlineData("0.0.0.0/0", "255.255.255.254", null)]
    [InlineData("10.0.0.128/25", "10.0.0.128", "10.0.0.127")]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1")]
    [InlineData("2001:db8::1/128", "2001:db8::1", "2001:db8::")]
    [InlineData("::/0", "ffff::", null)]
    public void Prefixes_of_every_length_say_who_enters(string prefix, string inside, string? outside)
    {
        bool isIpv6 = prefix.Contains(':', StringComparison.Ordinal);
        Lab lab = Lab.Usual().Function("a", "nsh", A).Group("g", ["a"])
            .Classifier("c", ("ethertype", isIpv6 ? "IPv6" : "IPv4"), ("destination_ip_prefix", prefix), ("logical_source_port", "src"))
            .Chain("c", 1, "nsh", ["g"], ["c"]);
        PacketBuilder To(string address) => isIpv6 ? Link().Ipv6("2001:db8::1", address).Tcp(1, 2) : Link().Ipv4("10.0.0.1", address).Tcp(1, 2);
        Assert.Equal(1, Replayed.Run(lab, "src", To(inside)).Counts.Chain("c").Packets);
        Assert.Equal(0, outside is null ? 0 : Replayed.Run(lab, "src", To(outside)).Counts.Chain("c").Packets);
    }

    [Fact]
    public void A_frame_from_an_unaware_function_that_matches_nothing_leaves_the_chain_and_may_go_to_a_port_of_it()
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", null, B).WebChain(3, "nsh", "a", "b");
        PacketBuilder other = Web(destinationPort: 81);
        PacketBuilder toB = other.To(B);
        PacketBuilder back = other.To(A);

        // The last one is to the port it came from, which is never chosen; its IP address is that of "dst".
        Replayed.Run(lab, "a", other, toB, back).Crosses("route",
            Crossing.In("a", other), Crossing.Out("dst", other),
            Crossing.In("a", toB), Crossing.Out("b", toB),
            Crossing.In("a", back), Crossing.Out("dst", back));
    }

    [Fact]
    public void A_frame_from_an_unaware_function_that_matches_goes_on_behind_its_hop()
    {
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", B).WebChain(3, "nsh", "a", "b");
        Replayed replayed = Replayed.Run(lab, "a", Web());
        replayed.Crosses("route",
            Crossing.In("a", Web()), Crossing.Out("b", Web().InNsh(B, 3, 254)), Crossing.In("b", Web().InNsh(B, 3, 253)), Crossing.Out("dst", Web()));
        Assert.Equal(0, replayed.Counts.Chain("web").Packets);
    }

    [Fact]
    public void No_logical_source_port_means_any_port_that_is_not_a_functions()
    {
        Lab lab = Lab.Usual().Port("other", "02:00:00:00:00:09").Function("a", "nsh", A).Function("idle", null, B).Group("g", ["a"])
            .Classifier("c", ("protocol", "tcp")).Chain("c", 1, "nsh", ["g"], ["c"]);
        Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", Web(1).Build()), InputFile.Of("other", Web(2).Build()), InputFile.Of("up", Web(3).Build()), InputFile.Of("idle", Web(4).Build()), InputFile.Of("a", Web(5).Build())]);
        Assert.Equal(3, replayed.Counts.Chain("c").Packets);
        Assert.Equal(["src 1 0", "dst 0 5", "up 1 0", "other 1 0", "a 4 3", "idle 1 0"], replayed.Counts.Ports);
    }

    [Fact]
    public void A_classifier_with_a_logical_source_port_beats_an_older_one_without()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", "nsh", B).Group("ga", ["a"]).Group("gb", ["b"])
            .Classifier("any", ("protocol", "tcp"), ("destination_port_range_min", 1), ("destination_port_range_max", 79))
            .Classifier("src", ("protocol", "tcp"), ("destination_port_range_min", 80), ("logical_source_port", "src"))
            .Classifier("any80", ("protocol", "udp"))
            .Chain("old", 1, "nsh", ["ga"], ["any", "any80"]).Chain("new", 2, "nsh", ["gb"], ["src"]);
        PacketBuilder udp = Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2);
        Replayed replayed = Replayed.Run(lab, "src", Web(), Web(destinationPort: 79), udp);
        Assert.Equal((2, 1), (replayed.Counts.Chain("old").Packets, replayed.Counts.Chain("new").Packets));
    }

    private static IEnumerable<ushort> Entered(Replayed replayed) => replayed.Output.Crossings
        .Where(crossing => crossing is { Port: "a", IsInbound: false }).Select(crossing => (ushort)((crossing.Frame[36] << 8) | crossing.Frame[37]));

    // A chain that takes all IP from "src", of either family.
    private static Lab Everything() => Lab.Usual().Function("a", "nsh", A).Group("g", ["a"])
        .Classifier("v4", ("logical_source_port", "src")).Classifier("v6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
        .Chain("all", 3, "nsh", ["g"], ["v4", "v6"]);

    private static byte[] Udp(string source, string destination, ushort sourcePort, ushort destinationPort) =>
        Link().Ipv4(source, destination).Udp(sourcePort, destinationPort).Payload(8).Build();

    private static byte[] Discovery(byte type) => Link().Ipv6("fe80::1", "ff02::1", hopLimit: 255).Icmpv6(type).Payload(16).Build();
}
