using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>Behaviours 4 and 21, rules 4 and 6: what else enters a chain and what does not, beside the table of the suite.</summary>
public sealed class ClassificationTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";

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
    public void No_logical_source_port_means_any_port_that_is_not_a_functions()
    {
        Lab lab = Lab.Usual().Port("other", "02:00:00:00:00:09").Function("a", "nsh", A).Function("idle", null, B).Group("g", ["a"])
            .Classifier("c", ("protocol", "tcp")).Chain("c", 1, "nsh", ["g"], ["c"]);
        Replayed replayed = Replayed.Run(lab, [InputFile.Of("src", Web(1).Build()), InputFile.Of("other", Web(2).Build()), InputFile.Of("up", Web(3).Build()), InputFile.Of("idle", Web(4).Build()), InputFile.Of("a", Web(5).Build())]);
        Assert.Equal(3, replayed.Counts.Chain("c").Packets);
        Assert.Equal(["src 1 0", "dst 0 5", "up 1 0", "other 1 0", "a 4 3", "idle 1 0"], replayed.Counts.Ports);
    }

    // A chain that takes all IP from "src", of either family.
    private static Lab Everything() => Lab.Usual().Function("a", "nsh", A).Group("g", ["a"])
        .Classifier("v4", ("logical_source_port", "src")).Classifier("v6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
        .Chain("all", 3, "nsh", ["g"], ["v4", "v6"]);
}
