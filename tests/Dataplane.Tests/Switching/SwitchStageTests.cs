using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Switching;

/// <summary>Decision 1: where a frame goes that is in no chain or has ended its path. Port numbers are those of <see cref="Definition"/>.</summary>
public sealed class SwitchStageTests
{
    private const int First = 0;
    private const int Second = 1;
    private const int Third = 2;
    private const int Uplink = 3;
    private const int Elsewhere = 4;
    private const int Unused = 5;
    private const string UnknownMac = "02:00:00:00:99:99";
    private const string UnknownIp = "192.0.2.1";

    /// <summary>Description, port the frame comes from, destination MAC, destination IP, expected port or -1 for a drop.</summary>
    public static TheoryData<string, int, string, string, int> Cases => new()
    {
        { "known MAC", First, TestChain.Mac(Second), UnknownIp, Second },
        { "MAC goes before IP", First, TestChain.Mac(Second), TestChain.Ipv4(Third), Second },
        { "unknown MAC, known IPv4", First, UnknownMac, TestChain.Ipv4(Second), Second },
        { "unknown MAC, known IPv6", First, UnknownMac, TestChain.Ipv6(Second), Second },
        { "broadcast is not special", First, "ff:ff:ff:ff:ff:ff", TestChain.Ipv4(Second), Second },
        { "nothing known: uplink", First, UnknownMac, UnknownIp, Uplink },
        { "nothing known, from the uplink", Uplink, UnknownMac, UnknownIp, -1 },
        { "own MAC: on to the IP step", First, TestChain.Mac(First), TestChain.Ipv4(Second), Second },
        { "own MAC and own IP: uplink", First, TestChain.Mac(First), TestChain.Ipv4(First), Uplink },
        { "the uplink's own MAC", First, TestChain.Mac(Uplink), UnknownIp, Uplink },
        { "the uplink's own MAC, from the uplink", Uplink, TestChain.Mac(Uplink), UnknownIp, -1 },
        { "MAC of a port in another network", First, TestChain.Mac(Elsewhere), UnknownIp, Uplink },
        { "IP of a port in another network", First, UnknownMac, TestChain.Ipv4(Elsewhere), Uplink },
        { "network without uplink", Elsewhere, UnknownMac, UnknownIp, -1 },
        { "network without uplink, MAC known elsewhere", Elsewhere, TestChain.Mac(First), TestChain.Ipv4(First), -1 },
        { "MAC of a number not in use", First, TestChain.Mac(Unused), TestChain.Ipv4(Unused), Uplink },
        { "from a number not in use", Unused, TestChain.Mac(First), TestChain.Ipv4(First), -1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Frame_in_no_chain_goes_to(string what, int from, string mac, string ip, int expected)
    {
        Assert.NotEmpty(what);
        using TestEngine engine = new(Definition());
        PacketBuilder ethernet = new PacketBuilder().Ethernet(mac, "02:00:00:00:77:77");
        byte[] frame = (ip.Contains(':', StringComparison.Ordinal) ? ethernet.Ipv6("2001:db8::1", ip) : ethernet.Ipv4("198.51.100.1", ip)).Udp(1, 2).Build();
        if (expected < 0)
        {
            engine.AssertDropped(from, frame, DropReason.NoDestination);
            return;
        }

        SentFrame sent = engine.Forward(from, frame);
        Assert.Equal(expected, sent.Port);
        PacketAssert.Equal(frame, sent.Bytes, what);
    }

    /// <summary>Frames whose IP header cannot be read, and others that have none: no IP step, but MAC and uplink as ever.</summary>
    public static TheoryData<string, PacketBuilder, int> Unreadable => new()
    {
        { "IPv4 header cut off", To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(Second), change: ip => ip with { HeaderLengthWords = 15 }), Uplink },
        { "IPv4 version 5", To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(Second), change: ip => ip with { Version = 5 }), Uplink },
        { "IPv4 version 5, known MAC", To(TestChain.Mac(Third)).Ipv4("198.51.100.1", TestChain.Ipv4(Second), change: ip => ip with { Version = 5 }), Third },
        { "IPv4 total length under the header", To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(Second), change: ip => ip with { TotalLengthBytes = 19 }), Uplink },
        { "TCP cut off: the address is readable", To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(Second), protocol: 6).Payload(3), Second },
        { "IPv6 extension cut off: the address is readable", To(UnknownMac).Ipv6("2001:db8::1", TestChain.Ipv6(Second), nextHeader: 0).Payload(3), Second },
        { "ARP", To("ff:ff:ff:ff:ff:ff").Arp(1, TestChain.Mac(First), TestChain.Ipv4(First), targetIp: TestChain.Ipv4(Second)), Uplink },
        { "unknown EtherType", To(UnknownMac).Payload(50), Uplink },
        { "bare Ethernet header", To(TestChain.Mac(Second)), Second },
        { "VLAN tag cut off", To(TestChain.Mac(Second)).Vlan(1).Payload(0).Change<VlanLayer>(v => v), Second },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void Frame_without_five_tuple_matches_no_classifier_and_goes_to(string what, PacketBuilder frame, int expected)
    {
        Assert.NotEmpty(what);
        using TestEngine engine = new(WithRuleAtFirst(Definition()));

        SentFrame sent = engine.Forward(First, frame.Build());

        Assert.Equal(expected, sent.Port);
        PacketAssert.Equal(frame.Build(), sent.Bytes, what);
    }

    [Fact]
    public void Frame_too_short_for_ethernet_is_malformed_at_every_length()
    {
        using TestEngine engine = new(Definition());
        byte[] frame = To(TestChain.Mac(Second)).Build();
        for (int length = 0; length < 14; length++)
        {
            engine.AssertDropped(First, frame[..length], DropReason.Malformed);
        }
    }

    [Fact]
    public void First_port_keeps_an_address_that_two_claim()
    {
        SteeringDefinition definition = Definition();
        PortDefinition third = definition.Ports[Third];
        definition = definition with { Ports = definition.Ports.SetItem(Third, third with { Mac = definition.Ports[Second].Mac, Addresses = definition.Ports[Second].Addresses }) };
        using TestEngine engine = new(definition);

        Assert.Equal(Second, engine.Forward(First, To(TestChain.Mac(Second)).Ipv4("198.51.100.1", UnknownIp).Build()).Port);
        Assert.Equal(Second, engine.Forward(First, To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(Second)).Build()).Port);
    }

    [Fact]
    public void Many_ports_are_all_found_by_each_of_their_addresses()
    {
        const int Count = 3000;
        SteeringDefinition definition = new()
        {
            Generation = 1,
            Networks = [new NetworkDefinition(-1)],
            Ports = [.. Enumerable.Range(0, Count).Select(PortInNetwork(0))],
        };
        using TestEngine engine = new(definition);
        for (int port = 1; port < Count; port++)
        {
            Assert.Equal(port, engine.Forward(First, To(TestChain.Mac(port)).Payload(20).Build()).Port);
            Assert.Equal(port, engine.Forward(First, To(UnknownMac).Ipv4("198.51.100.1", TestChain.Ipv4(port)).Build()).Port);
            Assert.Equal(port, engine.Forward(First, To(UnknownMac).Ipv6("2001:db8::1", TestChain.Ipv6(port)).Build()).Port);
        }
    }

    [Theory]
    [InlineData(EncapsulationKind.Plain)]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    public void Frame_behind_its_path_goes_to_no_port_of_the_chain(EncapsulationKind last)
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain, last);
        using TestEngine engine = new(chain.Definition());

        // To the first function by MAC and to the second by IP: both are of the chain, so the uplink is left.
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(chain.Input(1)), TestChain.Mac(TestChain.Source))
            .Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(chain.Input(2))).Udp(1, 2).Build();
        SentFrame atFirst = engine.Forward(TestChain.Source, frame);
        SentFrame atSecond = engine.Forward(chain.Output(1), atFirst.Bytes);
        SentFrame atEnd = engine.Forward(chain.Output(2), TestFunction.Return(atSecond.Bytes, last));

        Assert.Equal(chain.Input(2), atSecond.Port);
        Assert.Equal(TestChain.Uplink, atEnd.Port);
    }

    [Fact]
    public void Frame_in_no_chain_may_go_to_a_port_of_one()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain) with { Rules = [] };
        using TestEngine engine = new(chain.Definition());

        byte[] frame = To(TestChain.Mac(chain.Input(1))).Ipv4("198.51.100.1", UnknownIp).Build();

        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, frame).Port);
    }

    [Fact]
    public void Network_is_that_of_the_port_the_frame_came_from_last()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        SteeringDefinition definition = chain.Definition();
        ImmutableArray<PortDefinition> ports = definition.Ports
            .SetItem(chain.Output(1), definition.Ports[chain.Output(1)] with { Network = 1 })
            .Add(PortInNetwork(1)(definition.Ports.Length));
        definition = definition with { Networks = [.. definition.Networks, new NetworkDefinition(-1)], Ports = ports };
        using TestEngine engine = new(definition);
        byte[] toDestination = TestFrame.Ipv4.Original().Build();

        SentFrame atFirst = engine.Forward(TestChain.Source, toDestination);
        engine.AssertDropped(chain.Output(1), TestFunction.Return(atFirst.Bytes, EncapsulationKind.Nsh), DropReason.NoDestination);
    }

    private static PacketBuilder To(string mac) => new PacketBuilder().Ethernet(mac, "02:00:00:00:77:77");

    private static Func<int, PortDefinition> PortInNetwork(int network) => number => new PortDefinition(
        network,
        new MacAddress(0x0200_0000_0000 + (ulong)number),
        [new PortAddress((10u << 24) + (UInt128)(number + 1), IsIpv6: false), new PortAddress(((UInt128)0xfd00 << 112) + (UInt128)(number + 1), IsIpv6: true)],
        MtuBytes: 0,
        RuleTable: -1);

    private static SteeringDefinition Definition() => new()
    {
        Generation = 1,
        Networks = [new NetworkDefinition(Uplink), new NetworkDefinition(-1)],
        Ports = [.. Enumerable.Range(0, 4).Select(PortInNetwork(0)), PortInNetwork(1)(Elsewhere), PortInNetwork(-1)(Unused)],
    };

    // Everything with a five-tuple would be steered to the third port.
    private static SteeringDefinition WithRuleAtFirst(SteeringDefinition definition) => definition with
    {
        Ports = definition.Ports.SetItem(First, definition.Ports[First] with { RuleTable = 0 }),
        Groups = [new GroupDefinition(default, [new MemberDefinition(1, 1, Third, Third)])],
        Paths = [new PathDefinition(new ServicePathId(1), -1, false, false, [new HopDefinition(0, EncapsulationKind.Plain, [0])], [Third], 0)],
        RuleTables = [new RuleTableDefinition([.. TestChain.Of().Rules.Select(rule => new SteeringRule(rule, 0, 0))])],
    };
}
