using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 4, rules 3 to 5: frames that no classifier may see, though one takes everything, and frames that none matches.</summary>
internal static class UntouchedRows
{
    private static readonly (string What, byte[] Frame)[] _never =
    [
        ("ARP", Link().Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2").Build()),
        ("ARP tagged", Link().Vlan(9).Arp(1, Lab.SourceMac, "10.0.0.1", targetIp: "10.0.0.2").Build()),
        ("DHCP from a client", Udp("0.0.0.0", "255.255.255.255", 68, 67)),
        ("DHCP from a server", Udp("10.0.0.1", "10.0.0.2", 67, 68)),
        ("DHCP with one port of it", Udp("10.0.0.1", "10.0.0.2", 5000, 67)),
        ("DHCP tagged", Link().Vlan(9).Ipv4("0.0.0.0", "255.255.255.255").Udp(68, 67).Payload(8).Build()),
        ("DHCPv6 from a client", Link().Ipv6("fe80::1", "ff02::1:2").Udp(546, 547).Payload(4).Build()),
        ("DHCPv6 with one port of it", Link().Ipv6("2001:db8::1", "2001:db8::2").Udp(547, 9).Payload(4).Build()),
        ("DHCPv6 tagged", Link().Vlan(9).Ipv6("fe80::1", "ff02::1:2").Udp(546, 547).Payload(4).Build()),
        ("router solicitation", Discovery(133)),
        ("router advertisement", Discovery(134)),
        ("neighbour solicitation", Discovery(135)),
        ("neighbour advertisement", Discovery(136)),
        ("redirect", Discovery(137)),
        ("neighbour solicitation tagged", Link().Vlan(9).Ipv6("fe80::1", "ff02::1", hopLimit: 255).Icmpv6(135).Payload(16).Build()),
        ("neighbour solicitation behind an extension header", Link().Ipv6("fe80::1", "ff02::1").DestinationOptions().Icmpv6(135).Payload(20).Build()),
        ("LLC", Link().Llc().Payload(30).Build()),
        ("SNAP with IPv4", Link().Snap().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Build()),
        ("MPLS", Web().Labelled(3, 255, 64).Build()),
        ("MPLS with upstream-assigned label", Link().Mpls(900, etherType: 0x8848).Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 80).Build()),
        ("NSH", Web().InNsh(Lab.DestinationMac, 3, 255).Build()),
        ("NSH that nobody could read", Link().Nsh(3, 0, change: nsh => nsh with { Version = 3, LengthWords = 63 }).Build()),
        ("unknown EtherType", new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac, etherType: 0x88b5).Payload(46).Build()),
        ("Ethernet header alone", [.. Link().Build()[..12], 8, 0]),
        ("IPv4 header cut", Web().Build()[..(14 + 19)]),
        ("IPv4 of version 5", Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Version = 5 }).Tcp(1, 80).Build()),
        ("IPv4 with a header of four words", Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { HeaderLengthWords = 4 }).Tcp(1, 80).Build()),
        ("TCP ports cut", Web().Build()[..(14 + 20 + 3)]),
        ("IPv6 header cut", Link().Ipv6("2001:db8::1", "2001:db8::2").Build()[..(14 + 39)]),
        ("IPv6 in an IPv4 frame", new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac, etherType: 0x0800).Ipv6("2001:db8::1", "2001:db8::2").Tcp(1, 80).Build()),
        ("VLAN tag cut", Link().Vlan(5).Build()[..16]),
    ];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from letter in "pmn" from frame in _never select Never(letter, frame.What, frame.Frame),
        .. from letter in "pmn" from flavour in Flavour.All select Unmatched(letter, flavour),
        new CitedRow("4", typeof(ClassificationTests), nameof(ClassificationTests.Everything_else_that_is_ip_does_enter)),
    ];

    private static ReplayRow Never(char letter, string what, byte[] frame)
    {
        Node function = Node.Of(letter, 1);
        Lab lab = Lab.Usual().With(function).Takes("all", "src", null, ("protocol", null)).Along("all", 3, function.Correlation ?? "nsh", [function]);
        return new ReplayRow($"in no chain: {what}, with a chain of {letter} that takes everything", "4", lab, Route.From("src", frame).And("dst", frame)) { Entering = ("all", 0) };
    }

    private static ReplayRow Unmatched(char letter, Flavour flavour)
    {
        Node function = Node.Of(letter, 1);
        return new ReplayRow($"in no chain: no match, with a chain of {letter}, {flavour}", "4", SuiteLabs.WebChain(function.Correlation ?? "nsh", 3, function),
            Route.From("src", flavour.Web(destinationPort: 81)).Leaving("dst"), Route.From("src", flavour.Udp()).Leaving("dst"), Route.From("src", flavour.Echo()).Leaving("dst"),
            Route.From("up", flavour.Web()).Leaving("dst"), Route.From("src", flavour.Web()).Through(function, 3, 255).Leaving("dst"));
    }

    private static byte[] Udp(string source, string destination, ushort sourcePort, ushort destinationPort) =>
        Link().Ipv4(source, destination).Udp(sourcePort, destinationPort).Payload(8).Build();

    private static byte[] Discovery(byte type) => Link().Ipv6("fe80::1", "ff02::1", hopLimit: 255).Icmpv6(type).Payload(16).Build();
}
