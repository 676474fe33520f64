using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Everything that the builder refuses: each index and each limit, one step beyond what is accepted.</summary>
public sealed class SteeringSnapshotBuilderTests
{
    private static readonly SteeringDefinition _good = TestChain.Of(EncapsulationKind.Mpls, EncapsulationKind.Plain).Definition();

    public static TheoryData<string, SteeringDefinition> Refused => new()
    {
        { "forwarder MAC of 49 bits", _good with { ForwarderMac = new MacAddress(1UL << 48) } },
        { "multicast forwarder MAC", _good with { ForwarderMac = new MacAddress(0x0300_0000_0001) } },
        { "too many networks", _good with { Networks = [.. Enumerable.Repeat(new NetworkDefinition(-1), 65_537)] } },
        { "uplink -2", _good with { Networks = [new NetworkDefinition(-2)] } },
        { "uplink behind the last port", _good with { Networks = [new NetworkDefinition(_good.Ports.Length)] } },
        { "port in network -2", Port(port => port with { Network = -2 }) },
        { "port in a network that does not exist", Port(port => port with { Network = 1 }) },
        { "port with rule table -2", Port(port => port with { RuleTable = -2 }) },
        { "port with a rule table that does not exist", Port(port => port with { RuleTable = _good.RuleTables.Length }) },
        { "negative MTU", Port(port => port with { MtuBytes = -1 }) },
        { "port MAC of 49 bits", Port(port => port with { Mac = new MacAddress(1UL << 48) }) },
        { "member input -1", Member(member => member with { InputPort = -1 }) },
        { "member input behind the last port", Member(member => member with { InputPort = _good.Ports.Length }) },
        { "member output -1", Member(member => member with { OutputPort = -1 }) },
        { "member output behind the last port", Member(member => member with { OutputPort = _good.Ports.Length }) },
        { "two members with one id", Path(path => path, group => group with { Members = [.. group.Members, .. group.Members] }, 2) },
        { "path without hops", Path(path => path with { Hops = [] }) },
        { "path of 255 hops", Path(path => path with { Hops = [.. Enumerable.Repeat(path.Hops[1], 255)] }) },
        { "MPLS path id -2", Path(path => path with { MplsPathId = -2 }) },
        { "MPLS path id of 13 bits", Path(path => path with { MplsPathId = 4096 }) },
        { "MPLS hop without an MPLS path id", Path(path => path with { MplsPathId = -1 }) },
        { "counter -1", Path(path => path with { Counter = -1 }) },
        { "counter that no memory holds", Path(path => path with { Counter = int.MaxValue }) },
        { "chain port -1", Path(path => path with { ChainPorts = [-1] }) },
        { "chain port behind the last port", Path(path => path with { ChainPorts = [_good.Ports.Length] }) },
        { "hop to group -1", Hop(hop => hop with { Group = -1 }) },
        { "hop to a group that does not exist", Hop(hop => hop with { Group = _good.Groups.Length }) },
        { "hop with too few counters", Hop(hop => hop with { MemberCounters = [] }) },
        { "hop with too many counters", Hop(hop => hop with { MemberCounters = [0, 1] }) },
        { "member counter -1", Hop(hop => hop with { MemberCounters = [-1] }) },
        { "member counter that no memory holds", Hop(hop => hop with { MemberCounters = [int.MaxValue] }) },
        { "unknown encapsulation", Hop(hop => hop with { Wants = (EncapsulationKind)3 }) },
        { "rule to path -1", Rule(rule => rule with { Path = -1 }) },
        { "rule to a path that does not exist", Rule(rule => rule with { Path = 1 }) },
        { "rule behind hop -1", Rule(rule => rule with { HopsDone = -1 }) },
        { "rule behind more hops than there are", Rule(rule => rule with { HopsDone = 3 }) },
        { "rule for ARP", Rule(rule => rule with { Rule = new FlowRule(0x0806) }) },
        { "IPv4 prefix of 33 bits", Rule(rule => rule with { Rule = new FlowRule(0x0800) { Source = new AddressPrefix(0, 33) } }) },
        { "IPv6 prefix of 129 bits", Rule(rule => rule with { Rule = new FlowRule(0x86dd) { Destination = new AddressPrefix(0, 129) } }) },
        { "port range upside down", Rule(rule => rule with { Rule = new FlowRule(0x0800) { SourcePorts = (2, 1) } }) },
        { "two paths with one NSH path id", TwoPaths(EncapsulationKind.Nsh, (7, 1), (7, 2)) },
        { "two paths with one MPLS path id", TwoPaths(EncapsulationKind.Mpls, (7, 3), (8, 3)) },
        { "more members with weight than slots", Members(MaglevTable.SlotCount + 1, weight: 1) },
        { "more members than a slot can name", Members(65_536, weight: 0) },
    };

    public static TheoryData<string, SteeringDefinition> Accepted => new()
    {
        { "nothing at all", new SteeringDefinition { Generation = 1 } },
        { "as it is", _good },
        { "networks up to the limit", _good with { Networks = [.. Enumerable.Repeat(new NetworkDefinition(-1), 65_536)] } },
        { "254 hops", new TestChain([.. Enumerable.Repeat(new TestHop(EncapsulationKind.Nsh, 1), 254)]).Definition() },
        { "MPLS path id 0", Path(path => path with { MplsPathId = 0 }) },
        { "MPLS path id 4095", Path(path => path with { MplsPathId = 4095 }) },
        { "group without members", new TestChain(new TestHop(EncapsulationKind.Plain)).Definition() },
        { "two paths that share a function and differ in id", TwoPaths(EncapsulationKind.Nsh, (7, 1), (8, 2)) },
        { "two plain paths with one id", TwoPaths(EncapsulationKind.Plain, (7, 1), (7, 1)) },
        { "as many members as slots", Members(MaglevTable.SlotCount, weight: 1) },
        { "as many members as a slot can name", Members(65_535, weight: 0) },
        { "prefix of 128 bits", Rule(rule => rule with { Rule = new FlowRule(0x86dd) { Destination = new AddressPrefix(1, 128) } }) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Definition_is_refused_with_a_sentence(string what, SteeringDefinition definition)
    {
        SteeringDefinitionException refusal = Assert.Throws<SteeringDefinitionException>(() => SteeringSnapshotBuilder.Build(definition));

        Assert.True(refusal.Message.Length > 40 && refusal.Message.EndsWith('.'), $"{what}: {refusal.Message}");
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Definition_is_accepted(string what, SteeringDefinition definition)
    {
        Assert.NotEmpty(what);
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition);

        Assert.Same(definition, snapshot.Definition);
        snapshot.Retire(newer: null);
    }

    private static SteeringDefinition Port(Func<PortDefinition, PortDefinition> change) =>
        _good with { Ports = _good.Ports.SetItem(0, change(_good.Ports[0])) };

    private static SteeringDefinition Member(Func<MemberDefinition, MemberDefinition> change) =>
        _good with { Groups = _good.Groups.SetItem(0, _good.Groups[0] with { Members = [change(_good.Groups[0].Members[0])] }) };

    private static SteeringDefinition Path(Func<PathDefinition, PathDefinition> change) => _good with { Paths = [change(_good.Paths[0])] };

    private static SteeringDefinition Path(Func<PathDefinition, PathDefinition> change, Func<GroupDefinition, GroupDefinition> changeGroup, int members) =>
        _good with
        {
            Groups = _good.Groups.SetItem(0, changeGroup(_good.Groups[0])),
            Paths = [change(_good.Paths[0]) with { Hops = _good.Paths[0].Hops.SetItem(0, _good.Paths[0].Hops[0] with { MemberCounters = [.. Enumerable.Range(0, members)] }) }],
        };

    private static SteeringDefinition Hop(Func<HopDefinition, HopDefinition> change) =>
        Path(path => path with { Hops = path.Hops.SetItem(0, change(path.Hops[0])) });

    private static SteeringDefinition Rule(Func<SteeringRule, SteeringRule> change) =>
        _good with { RuleTables = _good.RuleTables.SetItem(0, new RuleTableDefinition([change(_good.RuleTables[0].Rules[0])])) };

    private static SteeringDefinition TwoPaths(EncapsulationKind wants, (int Nsh, int Mpls) first, (int Nsh, int Mpls) second)
    {
        SteeringDefinition one = TestChain.Of(wants).Definition();
        PathDefinition Numbered((int Nsh, int Mpls) ids) => one.Paths[0] with { NshPathId = new ServicePathId(ids.Nsh), MplsPathId = ids.Mpls };
        return one with { Paths = [Numbered(first), Numbered(second)] };
    }

    private static SteeringDefinition Members(int count, uint weight)
    {
        SteeringDefinition one = TestChain.Of(EncapsulationKind.Plain).Definition();
        MemberDefinition member = one.Groups[0].Members[0];
        ImmutableArray<int> counters = [.. Enumerable.Repeat(0, count)];
        return one with
        {
            Groups = [one.Groups[0] with { Members = [.. Enumerable.Range(1, count).Select(id => member with { StableId = (UInt128)id, Weight = weight })] }],
            Paths = [one.Paths[0] with { Hops = [one.Paths[0].Hops[0] with { MemberCounters = counters }] }],
        };
    }
}
