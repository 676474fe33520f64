using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Chains;

/// <summary>
/// Behaviours 1 to 3, 5 to 7, 10 and 19: every sequence of up to three hops, aware or not, with one port or two, and for
/// each every crossing of a port.
/// </summary>
public sealed class HopSequenceTests
{
    private const int ChainId = 0xabc;
    private const byte FirstIndex = 255;

    private static readonly (string Name, PacketBuilder Frame)[] _matching =
    [
        ("IPv4", Web()),
        ("IPv4 with options and Ethernet padding", Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Options = new byte[] { 1, 1, 1 } })
            .Tcp(1, 80).Trailer(0, 0, 0, 0, 7)),
        ("IPv4 behind a VLAN tag", Link().Vlan(7, priority: 5).Ipv4("10.0.0.1", "10.0.0.2").Tcp(2, 80).Payload(3)),
        ("IPv4 behind two VLAN tags", Link().Vlan(7, tpid: 0x88a8, dropEligible: true).Vlan(8).Ipv4("10.0.0.1", "10.0.0.2").Tcp(3, 80)),
        ("IPv6", Link().Ipv6("2001:db8::1", "2001:db8::2").Tcp(4, 80).Payload(9)),
        ("IPv6 with extension headers behind a VLAN tag",
            Link().Vlan(4095).Ipv6("2001:db8::1", "2001:db8::2").HopByHop().DestinationOptions().Tcp(5, 80).Payload(1)),
        ("IPv4 with TTL 1, ECN and a wrong checksum", Link().Ipv4("10.0.0.1", "10.0.0.2", ttl: 1, change: ip => ip with { TypeOfService = 0xff, HeaderChecksum = 0xbad })
            .Tcp(6, 80, change: tcp => tcp with { Checksum = 0xbad })),
    ];

    public static TheoryData<string, string> Sequences
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string correlation in new[] { "nsh", "mpls" })
            {
                // p and P: unaware with one port and with two; a and A: aware.
                for (int hops = 1; hops <= 3; hops++)
                {
                    for (int number = 0; number < 1 << (2 * hops); number++)
                    {
                        rows.Add(correlation, string.Concat(Enumerable.Range(0, hops).Select(hop => "pPaA"[(number >> (2 * hop)) & 3])));
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Every_frame_crosses_the_ports_of_the_sequence_as_the_rules_say(string correlation, string sequence)
    {
        Lab lab = Lab.Usual();
        for (int hop = 0; hop < sequence.Length; hop++)
        {
            lab.Function(NameOf(hop), char.ToLowerInvariant(sequence[hop]) == 'a' ? correlation : null, Mac(1, hop), char.IsUpper(sequence[hop]) ? Mac(2, hop) : null);
        }

        lab.WebChain(ChainId, correlation, [.. Enumerable.Range(0, sequence.Length).Select(NameOf)])
            .Classifier("web6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
            .Change(root => root["port_chains"]![0]!["flow_classifiers"]!.AsArray().Add("web6"));

        // Before, between and behind the frames that match: one that does not, and passes by.
        PacketBuilder other = Web(destinationPort: 81);
        List<PacketBuilder> frames = [other];
        List<Crossing> expected = [Crossing.In("src", other), Crossing.Out("dst", other)];
        foreach ((_, PacketBuilder frame) in _matching)
        {
            frames.AddRange(frame, other);
            expected.AddRange([.. Route(frame, correlation, sequence), Crossing.In("src", other), Crossing.Out("dst", other)]);
        }

        Replayed replayed = Replayed.Run(lab, "src", [.. frames]).Crosses(sequence, expected).Drops("");
        Assert.Equal(_matching.Length, replayed.Counts.Chain("web").Packets);
        Assert.Equal(_matching.Sum(row => row.Frame.Build().Length), replayed.Counts.Chain("web").Bytes);
    }

    private static IEnumerable<Crossing> Route(PacketBuilder frame, string correlation, string sequence)
    {
        yield return Crossing.In("src", frame);
        PacketBuilder packet = frame;
        byte ttl = 0;
        for (int hop = 0; hop < sequence.Length; hop++)
        {
            bool isAware = char.ToLowerInvariant(sequence[hop]) == 'a';
            bool cameAware = hop > 0 && char.ToLowerInvariant(sequence[hop - 1]) == 'a';
            bool hasTwoPorts = char.IsUpper(sequence[hop]);
            byte index = (byte)(FirstIndex - hop);
            ttl = cameAware ? (byte)(ttl - 1) : correlation == "nsh" ? (byte)63 : index;

            // Only NSH leaves the frame's own addresses alone.
            packet = isAware && correlation == "nsh" ? packet : packet.To(Mac(1, hop));
            PacketBuilder sent = packet, returned = packet;
            if (isAware)
            {
                sent = Carry(packet, correlation, hop, index, ttl);
                returned = Carry(packet, correlation, hop, (byte)(index - 1), ttl);
            }

            yield return Crossing.Out(NameOf(hop) + (hasTwoPorts ? "-in" : ""), sent);
            yield return Crossing.In(NameOf(hop) + (hasTwoPorts ? "-out" : ""), returned);
        }

        // By MAC address, or, where that is now a function's, by IP address: "dst" has both.
        yield return Crossing.Out("dst", packet);
    }

    private static PacketBuilder Carry(PacketBuilder packet, string correlation, int hop, byte index, byte ttl) =>
        correlation == "nsh" ? packet.InNsh(Mac(1, hop), ChainId, index, ttl) : packet.Labelled(ChainId, index, ttl);

    private static string NameOf(int hop) => "abc"[hop].ToString();

    private static string Mac(int kind, int hop) => $"02:00:00:00:0{kind}:0{hop}";
}
