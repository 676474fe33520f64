using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Dissection;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Functions;

/// <summary>
/// The rewriting function: the builder writes the frame again from the replaced fields with checksums computed whole, and
/// the replay, which brings checksums up to date in place, must have come to the same bytes.
/// </summary>
public sealed class RewriteTests
{
    private const string A = "02:00:00:00:01:0a";
    private const string Source4 = "203.0.113.9";
    private const string Destination4 = "198.51.100.200";
    private const string Source6 = "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe";
    private const string Destination6 = "2001:db8::5:0";
    private const ushort SourcePort = 0xfffe;
    private const ushort DestinationPort = 1;

    private static readonly PacketBuilder _v4 = Link().Ipv4("10.0.0.1", "10.0.0.2");
    private static readonly PacketBuilder _v6 = Link().Ipv6("2001:db8::1", "2001:db8::2");

    private static readonly (string Name, PacketBuilder Frame)[] _frames =
    [
        ("IPv4 TCP", _v4.Tcp(1000, 80).Payload(33)),
        ("IPv4 UDP", _v4.Udp(1000, 80).Payload(33)),
        ("IPv4 UDP without checksum", _v4.Udp(1000, 80, checksum: 0).Payload(33)),
        ("IPv4 UDP-Lite", _v4.UdpLite(1000, 80, coverageBytes: 8).Payload(33)),
        ("IPv4 DCCP", _v4.Dccp(1000, 80).Payload(5)),
        ("IPv4 SCTP", _v4.Sctp(1000, 80, verificationTag: 0xdeadbeef).Payload(20)),
        ("IPv4 ICMP", _v4.Icmp(rest: 0x00010002).Payload(33)),
        ("IPv4 with options, padding and a VLAN tag", Link().Vlan(9).Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Options = new byte[] { 7, 3, 4 } }).Tcp(1000, 80).Trailer(1, 2, 3)),
        ("IPv4 ESP", _v4.Change<Ipv4Layer>(ip => ip with { Protocol = 50 }).Payload(40)),
        ("IPv4 first fragment", _v4.Change<Ipv4Layer>(ip => ip with { MoreFragments = true }).Udp(1000, 80).Payload(32)),
        ("IPv4 later fragment", _v4.Change<Ipv4Layer>(ip => ip with { Protocol = 17, FragmentOffsetBytes = 1480 }).Payload(40)),
        ("IPv6 TCP", _v6.Tcp(1000, 80).Payload(33)),
        ("IPv6 UDP", _v6.Udp(1000, 80).Payload(32)),
        ("IPv6 UDP without checksum", _v6.Udp(1000, 80, checksum: 0).Payload(32)),
        ("IPv6 SCTP", _v6.Sctp(1000, 80).Payload(4)),
        ("IPv6 ICMPv6", _v6.Icmpv6(rest: 77).Payload(33)),
        ("IPv6 TCP behind extension headers", _v6.HopByHop().DestinationOptions().Tcp(1000, 80).Payload(1)),
        ("IPv6 UDP behind a walked route", _v6.Routing(["2001:db8::9"], segmentsLeft: 0).Udp(1000, 80).Payload(1)),
        ("IPv6 first fragment", _v6.Fragment(5, more: true).Tcp(1000, 80).Payload(28)),
        ("IPv6 later fragment", _v6.Fragment(5, offsetBytes: 8, nextHeader: 6).Payload(40)),
    ];

    public static TheoryData<string?, bool, bool, bool, bool> Replacements => new()
    {
        { null, true, true, true, true },
        { null, true, false, false, false },
        { null, false, true, false, false },
        { null, false, false, true, false },
        { null, false, false, false, true },
        { "nsh", true, true, true, true },
        { "mpls", true, true, true, true },
        { "mpls", false, false, true, false },
    };

    [Theory]
    [MemberData(nameof(Replacements))]
    public void Every_replaced_field_is_written_and_every_checksum_is_right(string? correlation, bool sourceIp, bool destinationIp, bool sourcePort, bool destinationPort)
    {
        foreach (bool isIpv6 in new[] { false, true })
        {
            (string Name, PacketBuilder Frame)[] frames = [.. _frames.Where(row => row.Name.StartsWith(isIpv6 ? "IPv6" : "IPv4", StringComparison.Ordinal))];
            List<(string, JsonNode)> replacements = [];
            Give("source_ip", sourceIp, isIpv6 ? Source6 : Source4);
            Give("destination_ip", destinationIp, isIpv6 ? Destination6 : Destination4);
            Give("source_port", sourcePort, SourcePort);
            Give("destination_port", destinationPort, DestinationPort);
            void Give(string name, bool isGiven, JsonNode value)
            {
                if (isGiven)
                {
                    replacements.Add((name, value));
                }
            }

            Replayed replayed = Replayed.Run(Rewriting(correlation, [.. replacements]), "src", [.. frames.Select(row => row.Frame)]).Drops("");
            Crossing[][] routes = [.. replayed.Output.Crossings.Chunk(4)];
            for (int i = 0; i < frames.Length; i++)
            {
                PacketBuilder rewritten = Rewritten(frames[i].Frame, isIpv6, sourceIp, destinationIp, sourcePort, destinationPort);
                PacketBuilder atFunction = correlation is "nsh" ? rewritten : rewritten.To(A);
                PacketBuilder returned = correlation switch
                {
                    "nsh" => atFunction.InNsh(A, 3, 254),
                    "mpls" => atFunction.Labelled(3, 254, 255),
                    _ => atFunction,
                };
                PacketAssert.Equal(returned.Build(), routes[i][2].Frame, frames[i].Name);
                PacketAssert.Equal(atFunction.Build(), routes[i][3].Frame, frames[i].Name);
            }

            Tshark.AssertGoodChecksums(replayed.OutputBytes!, "behind the function");
        }
    }

    [Fact]
    public void A_first_fragment_has_the_checksum_of_the_whole_datagram()
    {
        // The sum stands in the first fragment and covers all of them: only its difference can be right.
        PacketBuilder Fragment(PacketBuilder ip, ushort source, ushort destination, ushort? sum)
        {
            PacketBuilder whole = ip.Tcp(source, destination).Payload(64);
            byte[] bytes = whole.Build();
            ushort checksum = sum ?? (ushort)((bytes[14 + 20 + 16] << 8) | bytes[14 + 20 + 17]);
            return ip.Change<Ipv4Layer>(layer => layer with { MoreFragments = true }).Tcp(source, destination, change: tcp => tcp with { Checksum = checksum }).Payload(28);
        }

        PacketBuilder first = Fragment(_v4, 1000, 80, sum: null);
        PacketBuilder expected = Fragment(Link().To(A).Ipv4(Source4, "10.0.0.2"), SourcePort, 80, sum: null);
        Replayed replayed = Replayed.Run(Rewriting(null, ("source_ip", Source4), ("source_port", SourcePort)), "src", first);
        PacketAssert.Equal(expected.Build(), replayed.Output.Crossings[2].Frame, "first fragment");
    }

    [Fact]
    public void A_udp_checksum_that_becomes_0_is_written_as_ffff()
    {
        // RFC 768. One of all payloads gives that sum behind the function.
        PacketBuilder Frame(PacketBuilder ip, int payload) => ip.Udp(1000, 80).Payload(new[] { (byte)(payload >> 8), (byte)payload });
        int special = Enumerable.Range(0, 65536).First(payload => Frame(Link().Ipv4(Source4, "10.0.0.2"), payload).Build()[40..42] is [0xff, 0xff]);
        Replayed replayed = Replayed.Run(Rewriting(null, ("source_ip", Source4)), "src", Frame(_v4, special));
        PacketAssert.Equal(Frame(Link().To(A).Ipv4(Source4, "10.0.0.2"), special).Build(), replayed.Output.Crossings[2].Frame, "UDP");
    }

    [Fact]
    public void A_checksum_that_was_wrong_stays_wrong_by_as_much()
    {
        // A function must not hide damage: the difference to the right sum is the same before and after.
        PacketBuilder damaged = _v4.Tcp(1000, 80, change: tcp => tcp with { Checksum = 0x1234 });
        byte[] frame = Replayed.Run(Rewriting(null, ("source_port", SourcePort)), "src", damaged).Output.Crossings[2].Frame;
        int before = Difference(damaged.Build(), _v4.Tcp(1000, 80).Build());
        int after = Difference(frame, _v4.Tcp(SourcePort, 80).Build());
        Assert.Equal(before, after);

        // In one's complement, 16 bits.
        static int Difference(byte[] bytes, byte[] right) => (((bytes[50] << 8) | bytes[51]) - ((right[50] << 8) | right[51]) + 0xffff) % 0xffff;
    }

    [Fact]
    public void With_stops_still_to_come_the_checksum_covers_the_last_stop_and_not_the_replaced_address()
    {
        // RFC 8200, section 8.1: the pseudo-header has the final destination.
        PacketBuilder Frame(PacketBuilder ip) => ip.Routing(["2001:db8::9", "2001:db8::7"], segmentsLeft: 1).Udp(1000, 80).Payload(12);
        Replayed replayed = Replayed.Run(Rewriting(null, ("destination_ip", Destination6)), "src", Frame(_v6));
        PacketAssert.Equal(Frame(Link().To(A).Ipv6("2001:db8::1", Destination6)).Build(), replayed.Output.Crossings[2].Frame, "segments left");
    }

    [Fact]
    public void A_replacement_of_the_other_family_or_of_a_missing_field_is_not_applied()
    {
        Lab lab = Rewriting(null, ("source_ip", Source6), ("destination_ip", Destination4), ("source_port", SourcePort));
        PacketBuilder[] frames = [_v4.Icmp().Payload(3), _v6.Tcp(1000, 80)];
        Replayed replayed = Replayed.Run(lab, "src", frames);
        PacketAssert.Equal(frames[0].To(A).Change<Ipv4Layer>(ip => ip with { Destination = Destination4 }).Build(), replayed.Output.Crossings[2].Frame, "IPv4");
        PacketAssert.Equal(Link().To(A).Ipv6(Source6, "2001:db8::2").Tcp(SourcePort, 80).Build(), replayed.Output.Crossings[6].Frame, "IPv6");
    }

    [Fact]
    public void What_an_unaware_function_rewrites_out_of_the_classifier_leaves_the_chain()
    {
        // Rule 11: "b" never sees it, and as it is in no chain now, even a port of the chain may get it.
        Lab lab = Lab.Usual().Function("a", null, A).Function("b", "nsh", "02:00:00:00:01:0b").WebChain(3, "nsh", "a", "b").Plays("a", "rewrite", ("destination_port", 8080));
        Replayed.Run(lab, "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a", Web().To(A)), Crossing.In("a", Web(destinationPort: 8080).To(A)), Crossing.Out("dst", Web(destinationPort: 8080).To(A)));
    }

    [Fact]
    public void What_an_aware_function_rewrites_stays_on_its_path()
    {
        Lab lab = Lab.Usual().Function("a", "nsh", A).Function("b", "nsh", "02:00:00:00:01:0b").WebChain(3, "nsh", "a", "b").Plays("a", "rewrite", ("destination_port", 8080));
        PacketBuilder after = Web(destinationPort: 8080);
        Replayed.Run(lab, "src", Web()).Crosses("route",
            Crossing.In("src", Web()), Crossing.Out("a", Web().InNsh(A, 3, 255)), Crossing.In("a", after.InNsh(A, 3, 254)),
            Crossing.Out("b", after.InNsh("02:00:00:00:01:0b", 3, 254, 62)), Crossing.In("b", after.InNsh("02:00:00:00:01:0b", 3, 253, 62)), Crossing.Out("dst", after));
    }

    // One function that rewrites, in a chain for all IP from "src" that has no second hop to be recognised at.
    private static Lab Rewriting(string? correlation, params (string, JsonNode)[] replacements) => Lab.Usual().Function("a", correlation, A).Group("g", ["a"])
        .Classifier("v4", ("logical_source_port", "src")).Classifier("v6", ("ethertype", "IPv6"), ("logical_source_port", "src"))
        .Chain("all", 3, correlation ?? "nsh", ["g"], ["v4", "v6"]).Plays("a", "rewrite", replacements);

    private static PacketBuilder Rewritten(PacketBuilder frame, bool isIpv6, bool sourceIp, bool destinationIp, bool sourcePort, bool destinationPort)
    {
        frame = isIpv6
            ? frame.Change<Ipv6Layer>(ip => ip with { Source = sourceIp ? Source6 : ip.Source, Destination = destinationIp ? Destination6 : ip.Destination })
            : frame.Change<Ipv4Layer>(ip => ip with { Source = sourceIp ? Source4 : ip.Source, Destination = destinationIp ? Destination4 : ip.Destination });
        ushort Source(ushort port) => sourcePort ? SourcePort : port;
        ushort Destination(ushort port) => destinationPort ? DestinationPort : port;
        return frame.Layers.OfType<Layer>().LastOrDefault(layer => layer is TcpLayer or UdpLayer or UdpLiteLayer or DccpLayer or SctpLayer) switch
        {
            TcpLayer => frame.Change<TcpLayer>(tcp => tcp with { SourcePort = Source(tcp.SourcePort), DestinationPort = Destination(tcp.DestinationPort) }),
            UdpLayer => frame.Change<UdpLayer>(udp => udp with { SourcePort = Source(udp.SourcePort), DestinationPort = Destination(udp.DestinationPort) }),
            UdpLiteLayer => frame.Change<UdpLiteLayer>(udp => udp with { SourcePort = Source(udp.SourcePort), DestinationPort = Destination(udp.DestinationPort) }),
            DccpLayer => frame.Change<DccpLayer>(dccp => dccp with { SourcePort = Source(dccp.SourcePort), DestinationPort = Destination(dccp.DestinationPort) }),
            SctpLayer => frame.Change<SctpLayer>(sctp => sctp with { SourcePort = Source(sctp.SourcePort), DestinationPort = Destination(sctp.DestinationPort) }),
            _ => frame,
        };
    }
}
