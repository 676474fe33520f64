using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Workers.WarmUp;

/// <summary>
/// A network with everything that the stages do: a symmetric chain of a plain, an NSH and an MPLS function with a tap, another
/// chain joined to its end, a port with a small MTU, and a network that learns.
/// </summary>
internal static class WarmUpDefinition
{
    public const int Source = 0;
    public const int Destination = 1;
    public const int Learning = 2;
    public const int OtherLearning = 3;
    public const int Narrow = 4;
    public const int FirstFunction = 5;
    public const int Functions = 5;
    public const int Ports = FirstFunction + (2 * Functions);
    public const int NarrowMtu = 600;

    private const int PathId = 1;
    private const int ManyRules = 200;

    /// <summary>What the functions understand, in the order of their ports: three of the chain, the joined one, the tap.</summary>
    public static ImmutableArray<EncapsulationKind> Kinds { get; } =
        [EncapsulationKind.Plain, EncapsulationKind.Nsh, EncapsulationKind.Mpls, EncapsulationKind.Nsh, EncapsulationKind.Plain];

    public static MacAddress Mac(int port) => new(0x0200_0000_0000 + (ulong)port);

    public static uint Ipv4(int port) => 0x0a00_0001 + (uint)port;

    public static int Input(int function) => FirstFunction + (2 * function);

    public static int Output(int function) => Input(function) + 1;

    public static SteeringDefinition Make() => new()
    {
        Generation = 1,
        Networks = [new NetworkDefinition(-1), new NetworkDefinition(-1, Learns: true)],
        Ports = [.. Enumerable.Range(0, Ports).Select(Port)],
        Groups = [.. Enumerable.Range(0, Functions).Select(function => Group(function, reverse: false)), .. Enumerable.Range(0, 3).Select(function => Group(function, reverse: true))],
        Paths =
        [
            Path(PathId, isReverse: false, Hop(0, 0), Hop(1, 1), Hop(2, 2)) with
            {
                Taps = [new TapDefinition(0, new ServiceIndex(9), Hop(4, 4))],
                NextRules = 2,
            },
            Path(PathId + 1, isReverse: false, Hop(3, 3)),
            Path(PathId + 2, isReverse: true, Hop(Functions + 2, 2), Hop(Functions + 1, 1), Hop(Functions, 0)),
        ],
        RuleTables = [Rules(0, 0), Rules(0, 1), Rules(1, 0), Rules(2, 0), Rules(2, 3)],
    };

    private static PortDefinition Port(int number)
    {
        int rules = number switch
        {
            Source => 0,
            Destination => 3,
            _ when number == Output(0) => 1,
            _ when number == Input(0) => 4,
            _ => -1,
        };
        return new PortDefinition(
            number is Learning or OtherLearning ? 1 : 0,
            Mac(number),
            [new PortAddress(Ipv4(number), IsIpv6: false), new PortAddress(((UInt128)0xfd00 << 112) + (UInt128)number, IsIpv6: true)],
            number == Narrow ? NarrowMtu : 0,
            rules)
        {
            IsOfPair = number >= FirstFunction,
        };
    }

    private static GroupDefinition Group(int function, bool reverse) => new(HashFields.FiveTuple,
    [
        new MemberDefinition((UInt128)(uint)(function + 1), 1, reverse ? Output(function) : Input(function), reverse ? Input(function) : Output(function)),
    ]);

    private static HopDefinition Hop(int group, int function) => new(group, Kinds[function], [function]);

    private static PathDefinition Path(int id, bool isReverse, params ImmutableArray<HopDefinition> hops) =>
        new(new ServicePathId(id), id, IsSymmetric: true, isReverse, hops, [.. Enumerable.Range(FirstFunction, 2 * Functions)], id);

    // Enough rules for a search tree, and one for all else.
    private static RuleTableDefinition Rules(int path, int hopsDone) => new(
    [
        .. Enumerable.Range(0, ManyRules).Select(number => new FlowRule(number % 2 == 0 ? AddressPrefix.Ipv4EtherType : AddressPrefix.Ipv6EtherType)
        {
            Protocol = (byte)(number % 3 == 0 ? 6 : 17),
            Destination = number % 2 == 0 ? new AddressPrefix(0x0b00_0000u + ((uint)number << 8), 24) : new AddressPrefix((UInt128)(0xfd00_0100u + (uint)number) << 96, 32),
            DestinationPorts = ((ushort)(100 * number), (ushort)((100 * number) + 50)),
        }).Append(new FlowRule(AddressPrefix.Ipv4EtherType)).Append(new FlowRule(AddressPrefix.Ipv6EtherType)).Select(rule => new SteeringRule(rule, path, hopsDone)),
    ]);
}
