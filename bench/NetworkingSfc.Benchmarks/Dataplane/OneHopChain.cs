using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>The steering state of the peers' benchmark: one chain, one group of four members, exact rules for the flows' ports.</summary>
internal static class OneHopChain
{
    /// <summary>Number of the port the frames come in at.</summary>
    public const int SourcePort = 0;

    private const int Members = 4;

    /// <summary>Defines it.</summary>
    /// <param name="rules">Rules; the flows of <see cref="FlowFrames"/> match one of a hundred, or the only one.</param>
    /// <param name="wants">What the members want.</param>
    public static SteeringDefinition Define(int rules, EncapsulationKind wants) => new()
    {
        Generation = 1,
        Networks = [new NetworkDefinition(UplinkPort: -1)],
        Ports =
        [
            new PortDefinition(0, new MacAddress(0x0200_0000_00aa), [], 0, RuleTable: 0),
            .. Enumerable.Range(1, Members).Select(member => new PortDefinition(0, new MacAddress(0x0200_0000_0100ul + (uint)member), [], 0, RuleTable: -1)),
        ],
        Groups = [new GroupDefinition(HashFields.FiveTuple, [.. Enumerable.Range(1, Members).Select(member => new MemberDefinition((UInt128)member, 1, member, member))])],
        Paths =
        [
            new PathDefinition(new ServicePathId(100), 100, IsSymmetric: false, IsReverse: false,
                [new HopDefinition(0, wants, [.. Enumerable.Range(0, Members)])], [1, 2, 3, 4], Counter: 0),
        ],
        RuleTables = [new RuleTableDefinition([.. Enumerable.Range(0, rules).Select(rule => new SteeringRule(RuleFor(rule, rules), Path: 0, HopsDone: 0))])],
    };

    private static FlowRule RuleFor(int rule, int rules) => new(EtherType.Ipv4)
    {
        Protocol = IpProtocol.Tcp,
        DestinationPorts = rules == 1 ? FlowRule.AnyPort : ((ushort)(2_000 + rule), (ushort)(2_000 + rule)),
    };
}
