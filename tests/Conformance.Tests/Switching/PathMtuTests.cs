using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Model;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Switching;

/// <summary>Behaviour 25: who is told that a frame does not fit, from where, with which value, and who is not.</summary>
public sealed class PathMtuTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

    public static TheoryData<string?, bool, bool, uint> Values => new()
    {
        // Correlation, IPv6, a VLAN tag, MTU told: 1500 less what we add, in NSH the inner Ethernet header with its tag too.
        { null, false, false, 1500 }, { null, false, true, 1500 },
        { "mpls", false, false, 1496 }, { "mpls", false, true, 1496 }, { "mpls", true, true, 1496 },
        { "nsh", false, false, 1462 }, { "nsh", false, true, 1458 }, { "nsh", true, false, 1462 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void The_sender_is_told_what_would_fit(string? correlation, bool isIpv6, bool isTagged, uint told)
    {
        PacketBuilder Frame(uint ipBytes) => Ip(isTagged ? Link().Vlan(9) : Link(), isIpv6).Tcp(1, 80).Payload((int)ipBytes - (isIpv6 ? 60 : 40));
        PacketBuilder tooLong = Frame(told + 1);
        PacketBuilder back = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac);
        back = isTagged ? back.Vlan(9) : back;
        byte[] packet = tooLong.Build()[(isTagged ? 18 : 14)..];
        PacketBuilder answer = isIpv6
            ? back.Ipv6("2001:db8::2", "2001:db8::1", change: ip => ip with { TrafficClass = 0xc0 }).Icmpv6(2, 0, told).Payload(packet.AsMemory(0, 1232))
            : back.Ipv4("10.0.0.2", "10.0.0.1", change: ip => ip with { TypeOfService = 0xc0, DontFragment = true }).Icmp(3, 4, told).Payload(packet.AsMemory(0, 548));

        Replayed replayed = Replayed.Run(Narrow(1500, correlation), "src", tooLong)
            .Crosses("answered", Crossing.In("src", tooLong), Crossing.Out("src", answer)).Drops("too_long=1");
        Assert.Equal(1, replayed.Counts.Generated);
        Assert.Equal("", Replayed.Run(Narrow(1500, correlation), "src", Frame(told)).Counts.Dropped);
    }

    [Fact]
    public void In_ipv6_nobody_is_told_less_than_1280()
    {
        PacketBuilder frame = Ip(Link(), isIpv6: true).Tcp(1, 80).Payload(1300 - 60);
        byte[] answer = Replayed.Run(Narrow(1300, "nsh"), "src", frame).Output.Crossings[1].Frame;
        Assert.Equal([0, 0, 5, 0], answer[(14 + 40 + 4)..(14 + 40 + 8)]);
    }

    public static TheoryData<string, PacketBuilder> Untold => new()
    {
        { "may be cut", Link().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Payload(1500) },
        { "later fragment", Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { FragmentOffsetBytes = 8, Protocol = 1 }).Payload(1500) },
        { "ICMP error", Ip(Link(), false).Icmp(3, 1).Payload(1500) },
        { "ICMPv6 error", Ip(Link(), true).Icmpv6(1).Payload(1500) },
        { "ICMPv6 redirect", Ip(Link(), true).Icmpv6(137).Payload(1500) },
        { "link broadcast", Ip(Link().To("ff:ff:ff:ff:ff:ff"), false).Udp(1, 2).Payload(1500) },
        { "multicast", Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { Destination = "224.0.0.9" }).Udp(1, 2).Payload(1500) },
        { "IPv6 multicast", Ip(Link(), true).Change<Ipv6Layer>(ip => ip with { Destination = "ff02::9" }).Udp(1, 2).Payload(1500) },
        { "from nobody", Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { Source = "0.0.0.0" }).Udp(1, 2).Payload(1500) },
        { "from loopback", Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { Source = "127.0.0.1" }).Udp(1, 2).Payload(1500) },
        { "from many", Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { Source = "224.0.0.1" }).Udp(1, 2).Payload(1500) },
        { "from nobody in IPv6", Ip(Link(), true).Change<Ipv6Layer>(ip => ip with { Source = "::" }).Udp(1, 2).Payload(1500) },
        { "no IP", Link().Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2").Payload(1500) },
        { "a label that is not ours", Link().Mpls(5).Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { DontFragment = true }).Udp(1, 2).Payload(1500) },
    };

    [Theory]
    [MemberData(nameof(Untold))]
    public void Nobody_is_told_about(string what, PacketBuilder frame)
    {
        Assert.NotEmpty(what);
        Replayed replayed = Replayed.Run(Narrow(1500, "nsh"), "src", frame).Crosses(what, Crossing.In("src", frame)).Drops("too_long=1");
        Assert.Equal(0, replayed.Counts.Generated);
    }

    [Theory]
    [InlineData("nsh")]
    [InlineData("mpls")]
    public void What_an_aware_function_sent_is_answered_to_the_sender_of_the_packet(string correlation)
    {
        // The second function stands in a network of its own, through which less fits.
        Lab lab = Lab.Usual().Network("narrow", mtu: 1400).Function("a", correlation, A).Function("b", null, B, network: "narrow").WebChain(3, correlation, "a", "b");
        PacketBuilder frame = Ip(Link(), false).Tcp(1, 80).Payload(1401 - 40);
        PacketBuilder atA = correlation == "nsh" ? frame : frame.To(A);
        PacketBuilder Carried(byte index) => correlation == "nsh" ? frame.InNsh(A, 3, index) : atA.Labelled(3, index, 255);
        Replayed.Run(lab, "src", frame).Crosses("answered",
            Crossing.In("src", frame), Crossing.Out("a", Carried(255)), Crossing.In("a", Carried(254)),
            Crossing.Out("src", ModelAnswer.To(atA.Build(), 1400)!)).Drops("too_long=1");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Fifty_are_told_at_once_and_then_one_each_millisecond(int workers)
    {
        InputPacket Frame(ushort port, long time) => new(time, Ip(Link(), false).Change<Ipv4Layer>(ip => ip with { Source = $"10.0.9.{port}" }).Udp(port, 80).Payload(1500).Build());
        InputPacket[] packets = [.. Enumerable.Range(1, 60).Select(port => Frame((ushort)port, 1_000_000)), Frame(61, 3_000_000), Frame(62, 3_000_000), Frame(63, 3_000_000)];
        Replayed replayed = Replayed.Run(Narrow(1500, "nsh"), [new InputFile("src", packets)], workers).Drops("too_long=52 too_long_unanswered=11");
        Assert.Equal(52, replayed.Counts.Generated);
    }

    private static Lab Narrow(int mtu, string? correlation)
    {
        Lab lab = Lab.Usual().Change(root => root["networks"]![0]!["mtu"] = mtu).Function("a", correlation, A).Group("g", ["a"]);
        return lab.Classifier("web4", ("protocol", "tcp"), ("logical_source_port", "src")).Classifier("web6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("logical_source_port", "src"))
            .Chain("web", 3, correlation ?? "mpls", ["g"], ["web4", "web6"]);
    }

    private static PacketBuilder Ip(PacketBuilder link, bool isIpv6) => isIpv6
        ? link.Ipv6("2001:db8::1", "2001:db8::2")
        : link.Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { DontFragment = true });
}
