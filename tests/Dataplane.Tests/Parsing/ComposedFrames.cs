using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Parsing;

/// <summary>One well-formed frame of every kind the parser enters, and of those it must leave alone.</summary>
internal static class ComposedFrames
{
    public const string Tuple4 = "ip\tc0000201\tc6336402";
    public const string Tuple6 = "ipv6\t20010db8000000000000000000000001\t20010db8000000000000000000000002";

    private static readonly PacketBuilder _start = new PacketBuilder().Ethernet();
    private static readonly PacketBuilder _four = new PacketBuilder().Ipv4("192.0.2.1", "198.51.100.2");
    private static readonly PacketBuilder _six = new PacketBuilder().Ipv6("2001:db8::1", "2001:db8::2");
    private static readonly PacketBuilder _udp = new PacketBuilder().Udp(1000, 53).Payload(12);
    private static readonly PacketBuilder _tcp = new PacketBuilder().Tcp(50000, 443).Payload(12);

    /// <summary>What it is, its bytes, and the five-tuple as the answer files write it.</summary>
    public static IReadOnlyList<(string Description, byte[] Frame, string Tuple)> All { get; } =
    [
        ("IPv4 TCP", Build(_four, _tcp), $"{Tuple4}\t6\t50000\t443\t0\t0"),
        ("IPv4 UDP", Build(_four, _udp), $"{Tuple4}\t17\t1000\t53\t0\t0"),
        ("IPv4 UDP-Lite", Build(_four, new PacketBuilder().UdpLite(7, 8).Payload(4)), $"{Tuple4}\t136\t7\t8\t0\t0"),
        ("IPv4 SCTP", Build(_four, new PacketBuilder().Sctp(7, 8).Payload(4)), $"{Tuple4}\t132\t7\t8\t0\t0"),
        ("IPv4 DCCP", Build(_four, new PacketBuilder().Dccp(7, 8).Payload(4)), $"{Tuple4}\t33\t7\t8\t0\t0"),
        ("IPv4 ICMP", Build(_four, new PacketBuilder().Icmp()), $"{Tuple4}\t1\t\t\t0\t0"),
        ("IPv4 in IPv4 stays outside", Build(_four, _four, _udp), $"{Tuple4}\t4\t\t\t0\t0"),
        ("IPv4 with padding", _start.Append(_four).Append(new PacketBuilder().Udp(1000, 53)).Trailer(new byte[18]).Build(), $"{Tuple4}\t17\t1000\t53\t0\t0"),
        ("IPv6 TCP", Build(_six, _tcp), $"{Tuple6}\t6\t50000\t443\t0\t0"),
        ("IPv6 ICMPv6", Build(_six, new PacketBuilder().Icmpv6()), $"{Tuple6}\t58\t\t\t0\t0"),
        ("IPv6 with every extension header", Build(_six, new PacketBuilder().HopByHop().DestinationOptions().Routing(["2001:db8::9"]).Fragment(1).DestinationOptions(), _udp), $"{Tuple6}\t17\t1000\t53\t0\t0"),
        ("IPv6 extension headers out of order", Build(_six, new PacketBuilder().DestinationOptions().HopByHop().DestinationOptions(), _udp), $"{Tuple6}\t17\t1000\t53\t0\t0"),
        ("IPv6 first fragment", Build(_six, new PacketBuilder().Fragment(1, 0, more: true), _udp), $"{Tuple6}\t17\t1000\t53\t0\t1"),
        ("IPv6 later fragment", Build(_six, new PacketBuilder().Fragment(1, 1480, more: false, nextHeader: 17).Payload(40)), $"{Tuple6}\t17\t\t\t185\t0"),
        ("IPv6 authentication ends the walk", Build(_six, new PacketBuilder().Ah(), _udp), $"{Tuple6}\t51\t\t\t0\t0"),
        ("VLAN", Build(new PacketBuilder().Vlan(5), _four, _udp), $"{Tuple4}\t17\t1000\t53\t0\t0"),
        ("service and customer VLAN", Build(new PacketBuilder().Vlan(5, tpid: 0x88a8).Vlan(6), _six, _udp), $"{Tuple6}\t17\t1000\t53\t0\t0"),
        ("SNAP", Build(new PacketBuilder().Snap(), _four, _udp), $"{Tuple4}\t17\t1000\t53\t0\t0"),
        ("SNAP in VLAN", Build(new PacketBuilder().Vlan(5).Snap(), _six, _udp), $"{Tuple6}\t17\t1000\t53\t0\t0"),
        ("SNAP of another organization", Build(new PacketBuilder().Snap(0x00000c, 0x0800), _four, _udp), FiveTupleText.None),
        ("spanning tree", Build(new PacketBuilder().Llc().Payload(35)), FiveTupleText.None),
        ("one label", Build(new PacketBuilder().Mpls(257), _four, _udp), $"{Tuple4}\t17\t1000\t53\t0\t0"),
        ("three labels in a VLAN", Build(new PacketBuilder().Vlan(5).Mpls(1).Mpls(2).Mpls(3), _six, _udp), $"{Tuple6}\t17\t1000\t53\t0\t0"),
        ("pseudo-wire with control word", Build(new PacketBuilder().Mpls(16), new PacketBuilder().Payload(new byte[60])), FiveTupleText.None),
        ("generic associated channel", Build(new PacketBuilder().Mpls(13), _four, _udp), FiveTupleText.None),
        ("NSH is not entered", Build(new PacketBuilder().Nsh(1, 255).Append(_start), _four, _udp), FiveTupleText.None),
        ("ARP", Build(new PacketBuilder().Arp(1, "02:00:00:00:00:01", "192.0.2.1")), FiveTupleText.None),
    ];

    private static byte[] Build(params PacketBuilder[] parts) =>
        parts.Aggregate(_start, (frame, part) => frame.Append(part)).Build();
}
