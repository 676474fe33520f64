using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Which frames enter a chain, and which never do however wide its classifier is (decisions 2, 5 and 6).</summary>
public sealed class ClassifyStageTests
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Mpls);

    public static TheoryData<string, PacketBuilder> NeverInAChain => new()
    {
        { "ARP", Link().Arp(1, TestChain.Mac(0), "10.0.0.1", targetIp: "10.0.0.2") },
        { "ARP in a VLAN", Link().Vlan(3).Arp(2, TestChain.Mac(0), "10.0.0.1") },
        { "DHCP from a client", V4().Udp(68, 67) },
        { "DHCP from a server", V4().Udp(67, 68) },
        { "DHCP relayed, server port as source", V4().Udp(67, 5000) },
        { "DHCP relayed, server port as destination", V4().Udp(5000, 67) },
        { "DHCP client port as source", V4().Udp(68, 5000) },
        { "DHCP client port as destination", V4().Udp(5000, 68) },
        { "DHCP in a VLAN", Link().Vlan(3).Ipv4("10.0.0.1", "10.0.0.2").Udp(68, 67) },
        { "DHCPv6 from a client", V6().Udp(546, 547) },
        { "DHCPv6 from a server", V6().Udp(547, 546) },
        { "DHCPv6 client port as source", V6().Udp(546, 5000) },
        { "DHCPv6 server port as destination", V6().Udp(5000, 547) },
        { "DHCPv6 client port as destination", V6().Udp(5000, 546) },
        { "DHCPv6 server port as source", V6().Udp(547, 5000) },
        { "router solicitation", V6().Icmpv6(133) },
        { "router advertisement", V6().Icmpv6(134) },
        { "neighbour solicitation", V6().Icmpv6(135) },
        { "neighbour advertisement", V6().Icmpv6(136) },
        { "redirect", V6().Icmpv6(137) },
        { "neighbour solicitation behind hop-by-hop options", V6().HopByHop().Icmpv6(135) },
        { "neighbour solicitation in a VLAN", Link().Vlan(3).Ipv6("fd00::1", "fd00::2").Icmpv6(135) },
        { "SNAP", Link().Snap().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2) },
        { "SNAP in a VLAN", Link().Vlan(3).Snap().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2) },
        { "LLC spanning tree", Link().Llc().Payload(40) },
        { "labelled IP", Link().Mpls(5).Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2) },
        { "NSH", Link().Nsh(TestChain.PathId, 255).Append(TestFrame.Ipv4.Original()) },
        { "PPPoE, whatever is in it", Link().Payload(50).Change<EthernetLayer>(e => e with { EtherType = 0x8864 }) },
    };

    public static TheoryData<string, PacketBuilder> InTheChain => new()
    {
        { "IPv4", V4().Tcp(1, 2) },
        { "TCP on the DHCP ports", V4().Tcp(68, 67) },
        { "UDP on the DHCPv6 ports over IPv4", V4().Udp(546, 547) },
        { "UDP on the DHCP ports over IPv6", V6().Udp(68, 67) },
        { "SCTP on the DHCP ports", V4().Sctp(67, 68) },
        { "ICMP type 135", V4().Icmp(135) },
        { "ICMPv6 type 132, below neighbour discovery", V6().Icmpv6(132) },
        { "ICMPv6 type 138, above neighbour discovery", V6().Icmpv6(138) },
        { "echo request", V6().Icmpv6(128) },
        { "later fragment of anything", V4(ip => ip with { FragmentOffsetBytes = 1480 }).Payload(60) },
        { "later fragment of ICMPv6 that begins with 135", V6().Fragment(1, offsetBytes: 1448, nextHeader: 58).Payload(new byte[] { 135, 0, 0, 0 }) },
        { "ICMPv6 without a single byte", V6(ip => ip with { NextHeader = 58 }) },
        { "protocol without ports", V4(ip => ip with { Protocol = 47 }).Payload(30) },
        { "multicast", Link("01:00:5e:00:00:05").Ipv4("10.0.0.1", "224.0.0.5").Udp(1, 2) },
        { "broadcast", Link("ff:ff:ff:ff:ff:ff").Ipv4("10.0.0.1", "255.255.255.255").Udp(1, 2) },
    };

    [Theory]
    [MemberData(nameof(NeverInAChain))]
    public void Frame_that_never_enters_a_chain_is_switched_unchanged(string what, PacketBuilder frame)
    {
        using TestEngine engine = new(_chain.Definition());

        SentFrame sent = engine.Forward(TestChain.Source, frame.Build());

        Assert.Equal(TestChain.Destination, sent.Port);
        PacketAssert.Equal(frame.Build(), sent.Bytes, what);
        Assert.Equal(0, engine.Counters.Entered[0].Packets);
    }

    [Theory]
    [MemberData(nameof(InTheChain))]
    public void Frame_that_resembles_them_enters(string what, PacketBuilder frame)
    {
        Assert.NotEmpty(what);
        using TestEngine engine = new(_chain.Definition());

        Assert.Equal(_chain.Input(1), engine.Forward(TestChain.Source, frame.Build()).Port);
    }

    [Fact]
    public void First_rule_wins_and_says_how_many_hops_are_behind_the_frame()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain);
        SteeringDefinition definition = chain.Definition();
        FlowRule web = new(0x0800) { Protocol = 6, DestinationPorts = (443, 443) };
        FlowRule any = new(0x0800);
        definition = definition with
        {
            RuleTables = definition.RuleTables.SetItem(0, new RuleTableDefinition([new SteeringRule(web, 0, 1), new SteeringRule(any, 0, 2), new SteeringRule(web, 0, 0)])),
        };
        using TestEngine engine = new(definition);

        Assert.Equal(chain.Input(2), engine.Forward(TestChain.Source, V4().Tcp(1, 443).Build()).Port);

        // Behind all hops: at the end of the path, so switched.
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, V4().Tcp(1, 80).Build()).Port);
    }

    [Fact]
    public void One_table_serves_several_ports_as_for_a_chain_without_logical_source()
    {
        TestChain chain = _chain;
        SteeringDefinition definition = chain.Definition();
        int shared = definition.Ports[TestChain.Source].RuleTable;
        definition = definition with { Ports = definition.Ports.SetItem(TestChain.Uplink, definition.Ports[TestChain.Uplink] with { RuleTable = shared }) };
        using TestEngine engine = new(definition);

        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, V4().Tcp(1, 2).Build()).Port);
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Uplink, V4().Tcp(1, 2).Build()).Port);

        // The destination's port has no rules.
        Assert.Equal(TestChain.Source, engine.Forward(TestChain.Destination, Link(TestChain.Mac(0)).Ipv4("10.0.0.9", "10.0.0.1").Tcp(1, 2).Build()).Port);
        Assert.Equal(2, engine.Counters.Entered[0].Packets);
    }

    private static PacketBuilder Link(string? destination = null) =>
        new PacketBuilder().Ethernet(destination ?? TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));

    private static PacketBuilder V4(Func<Ipv4Layer, Ipv4Layer>? change = null) => Link().Ipv4("10.0.0.1", "10.0.0.2", change: change);

    private static PacketBuilder V6(Func<Ipv6Layer, Ipv6Layer>? change = null) => Link().Ipv6("fd00::1", "fd00::2", change: change);
}
