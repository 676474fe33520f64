using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Switching;

/// <summary>Behaviour 25: who is not told that a frame does not fit, and the limits of what is told and how often.</summary>
public sealed class PathMtuTests
{
    private const string A = "02:00:00:00:01:0a";

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
