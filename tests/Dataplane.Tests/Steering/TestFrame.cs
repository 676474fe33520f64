using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>A frame in the forms it takes along a chain: bare, labelled, inside NSH. Tags and content stay the same.</summary>
public sealed record TestFrame(
    string Name, Func<PacketBuilder, PacketBuilder> Tags, Func<PacketBuilder, PacketBuilder> Content)
{
    /// <summary>The forms of IP frame that every rule is tried with.</summary>
    public static IReadOnlyList<TestFrame> All { get; } =
    [
        new("IPv4 TCP", link => link, Ipv4Tcp),
        new("IPv6 UDP", link => link, Ipv6Udp),
        new("IPv4 in a VLAN", link => link.Vlan(100, priority: 5), Ipv4Tcp),
        new("IPv6 in a VLAN", link => link.Vlan(4094, dropEligible: true), Ipv6Udp),
        new("IPv4 in two VLANs", link => link.Vlan(7, tpid: 0x88a8).Vlan(100, priority: 1), Ipv4Tcp),
    ];

    public static TestFrame Ipv4 => All[0];

    public static TestFrame Ipv6 => All[1];

    public static TestFrame Tagged => All[2];

    public static TestFrame Named(string name) => All.Single(frame => frame.Name == name);

    public PacketBuilder Bare(string destination, string source) => Content(Tags(new PacketBuilder().Ethernet(destination, source)));

    /// <summary>From the source towards the destination, as the source sends it.</summary>
    public PacketBuilder Original() => Bare(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));

    public PacketBuilder Labelled(string destination, string source, uint label, byte ttl, byte trafficClass = 0) =>
        Content(Tags(new PacketBuilder().Ethernet(destination, source)).Mpls(label, trafficClass, ttl));

    private static PacketBuilder Ipv4Tcp(PacketBuilder link) => link
        .Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination), ttl: 9).Tcp(40_000, 443).Payload(40);

    private static PacketBuilder Ipv6Udp(PacketBuilder link) => link
        .Ipv6(TestChain.Ipv6(TestChain.Source), TestChain.Ipv6(TestChain.Destination)).HopByHop().Udp(40_000, 443).Payload(40);
}
