using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>One hop: what its functions understand and the weight of each of them.</summary>
public sealed record TestHop(EncapsulationKind Wants, params ImmutableArray<uint> Weights)
{
    public HashFields Fields { get; init; }
}

/// <summary>
/// One network with a source, a destination, an uplink and a chain; every function has its own pair of ports. Written as
/// the compiler would write it, so that tests say only what is particular to them.
/// </summary>
public sealed record TestChain(params ImmutableArray<TestHop> Hops)
{
    public const int Source = 0;
    public const int Destination = 1;
    public const int Uplink = 2;
    public const int PathId = 0x123;
    public const int ReversePathId = PathId + 0x800000;
    public const int ReverseMplsPathId = 4095;
    public const string ForwarderMac = "02:00:5e:00:53:01";
    private const int FirstFunctionPort = 3;

    /// <summary>What enters the chain.</summary>
    public ImmutableArray<FlowRule> Rules { get; init; } = [new(AddressPrefix.Ipv4EtherType), new(AddressPrefix.Ipv6EtherType)];

    public bool IsSymmetric { get; init; }

    public ulong HashSeed { get; init; } = FlowHash.DefaultSeed;

    public ulong Generation { get; init; } = 1;

    public int FunctionCount => Hops.Sum(hop => hop.Weights.Length);

    /// <summary>A chain with one function at each hop.</summary>
    public static TestChain Of(params EncapsulationKind[] kinds) => new([.. kinds.Select(kind => new TestHop(kind, 1))]);

    /// <summary>Port that a function receives on. Hops count from 1, as in the reference.</summary>
    public int Input(int hop, int member = 0) => FirstFunctionPort + (2 * FunctionNumber(hop, member));

    /// <summary>Port that a function sends from.</summary>
    public int Output(int hop, int member = 0) => Input(hop, member) + 1;

    /// <summary>Number of a function, which is also the row of its counter.</summary>
    public int FunctionNumber(int hop, int member) => Hops.Take(hop - 1).Sum(h => h.Weights.Length) + member;

    public static string Mac(int port) => $"02:00:00:00:{port >> 8:x2}:{port & 0xff:x2}";

    public static string Ipv4(int port) => $"10.0.{(port + 1) >> 8}.{(port + 1) & 0xff}";

    public static string Ipv6(int port) => $"fd00::{port + 1:x}";

    public static uint Label(int hop, int pathId = PathId) => (uint)((pathId << 8) | (256 - hop));

    public SteeringDefinition Definition()
    {
        SortedDictionary<int, List<SteeringRule>> rules = [];
        List<GroupDefinition> groups = [.. Enumerable.Range(1, Hops.Length).Select(hop => Group(hop, reverse: false))];
        List<PathDefinition> paths = [Path(0, PathId, PathId, isReverse: false)];
        AddRules(rules, path: 0, Source, Rules, reverse: false);
        if (IsSymmetric)
        {
            groups.AddRange(Enumerable.Range(1, Hops.Length).Reverse().Select(hop => Group(hop, reverse: true)));
            paths.Add(Path(Hops.Length, ReversePathId, ReverseMplsPathId, isReverse: true));
            AddRules(rules, path: 1, Destination, [.. Rules.Select(rule => rule.Reversed())], reverse: true);
        }

        List<int> withRules = [.. rules.Keys];
        return new SteeringDefinition
        {
            Generation = Generation,
            HashSeed = HashSeed,
            Networks = [new NetworkDefinition(Uplink)],
            Ports = [.. Enumerable.Range(0, FirstFunctionPort + (2 * FunctionCount)).Select(port => Port(port, withRules.IndexOf(port)))],
            Groups = [.. groups],
            Paths = [.. paths],
            RuleTables = [.. rules.Values.Select(list => new RuleTableDefinition([.. list]))],
        };
    }

    private static PortDefinition Port(int number, int ruleTable) => new(
        Network: 0,
        new MacAddress(0x0200_0000_0000 + (ulong)number),
        [new PortAddress((10u << 24) + (UInt128)(number + 1), IsIpv6: false), new PortAddress(((UInt128)0xfd00 << 112) + (UInt128)(number + 1), IsIpv6: true)],
        MtuBytes: 0,
        ruleTable);

    private GroupDefinition Group(int hop, bool reverse) => new(
        Hops[hop - 1].Fields,
        [.. Hops[hop - 1].Weights.Select((weight, member) => new MemberDefinition(
            ((UInt128)(uint)hop << 64) + (UInt128)(member + 1),
            weight,
            reverse ? Output(hop, member) : Input(hop, member),
            reverse ? Input(hop, member) : Output(hop, member)))]);

    private PathDefinition Path(int firstGroup, int nshPathId, int mplsPathId, bool isReverse) => new(
        new ServicePathId(nshPathId),
        mplsPathId,
        IsSymmetric,
        isReverse,
        [.. InOrder(isReverse).Select((hop, place) => new HopDefinition(
            firstGroup + place,
            Hops[hop - 1].Wants,
            [.. Enumerable.Range(0, Hops[hop - 1].Weights.Length).Select(member => FunctionNumber(hop, member))]))],
        [.. Enumerable.Range(FirstFunctionPort, 2 * FunctionCount)],
        Counter: 0);

    private IEnumerable<int> InOrder(bool reverse) =>
        reverse ? Enumerable.Range(1, Hops.Length).Reverse() : Enumerable.Range(1, Hops.Length);

    // At the classifier, and again behind every function that knows no encapsulation.
    private void AddRules(SortedDictionary<int, List<SteeringRule>> rules, int path, int classifierPort, ImmutableArray<FlowRule> flowRules, bool reverse)
    {
        rules[classifierPort] = [.. flowRules.Select(rule => new SteeringRule(rule, path, HopsDone: 0))];
        foreach ((int done, int hop) in InOrder(reverse).Select((hop, place) => (place + 1, hop)))
        {
            for (int member = 0; member < Hops[hop - 1].Weights.Length && Hops[hop - 1].Wants == EncapsulationKind.Plain; member++)
            {
                rules[reverse ? Input(hop, member) : Output(hop, member)] = [.. flowRules.Select(rule => new SteeringRule(rule, path, done))];
            }
        }
    }
}
