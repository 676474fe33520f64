using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// What a snapshot is to do, in plain numbers: the form that the control side compiles and sends, and that
/// <see cref="SteeringSnapshotBuilder"/> checks and turns into tables. Lists refer to each other by index.
/// </summary>
public sealed record SteeringDefinition
{
    /// <summary>Most networks.</summary>
    public const int MaxNetworks = 65_536;

    /// <summary>Source MAC address of the outer Ethernet header we write before an NSH, unless configured.</summary>
    public static readonly MacAddress DefaultForwarderMac = new(0x0200_5e00_5301);

    /// <summary>Counts published snapshots, from 1.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Seed of <see cref="FlowHash"/>.</summary>
    public ulong HashSeed { get; init; } = FlowHash.DefaultSeed;

    /// <summary>Source MAC address of the outer Ethernet header before an NSH; unicast.</summary>
    public MacAddress ForwarderMac { get; init; } = DefaultForwarderMac;

    /// <summary>Networks, at most <see cref="MaxNetworks"/>.</summary>
    public ImmutableArray<NetworkDefinition> Networks { get; init; } = [];

    /// <summary>Ports; the index is the port's number, which never changes between generations.</summary>
    public ImmutableArray<PortDefinition> Ports { get; init; } = [];

    /// <summary>Port pair groups as one direction of travel sees them.</summary>
    public ImmutableArray<GroupDefinition> Groups { get; init; } = [];

    /// <summary>Service paths.</summary>
    public ImmutableArray<PathDefinition> Paths { get; init; } = [];

    /// <summary>Lists of rules; each port uses one or none.</summary>
    public ImmutableArray<RuleTableDefinition> RuleTables { get; init; } = [];

    /// <summary>
    /// What whoever compiled it needs to give the same numbers to the same things once more: kept with it and handed back,
    /// without meaning for the dataplane.
    /// </summary>
    public ImmutableArray<UInt128> Legend { get; init; } = [];
}

/// <summary>A network.</summary>
/// <param name="UplinkPort">Port for frames whose destination is not known in the network, or -1.</param>
/// <param name="Learns">Stations behind its ports are learned, and frames that have no other destination are flooded.</param>
public sealed record NetworkDefinition(int UplinkPort, bool Learns = false);

/// <summary>A port. One that no longer exists keeps its number, with <paramref name="Network"/> -1.</summary>
/// <param name="Network">Index of its network, or -1 for a number not in use.</param>
/// <param name="Mac">Its MAC address.</param>
/// <param name="Addresses">Its IP addresses.</param>
/// <param name="MtuBytes">Largest frame without Ethernet header and VLAN tags, or 0 for no limit.</param>
/// <param name="RuleTable">Index of the rules for frames it sends us, or -1.</param>
public sealed record PortDefinition(
    int Network, MacAddress Mac, ImmutableArray<PortAddress> Addresses, int MtuBytes, int RuleTable)
{
    /// <summary>
    /// An encapsulation-aware function sends from here, so NSH and labels are read also while no path has the function:
    /// what is still inside when its chain is deleted is dropped and not switched with its header. Ports of functions on
    /// a path need not say it.
    /// </summary>
    public bool SendsEncapsulated { get; init; }

    /// <summary>A port pair has it, in a chain or not: nothing is learned from it, and no flood reaches it.</summary>
    public bool IsOfPair { get; init; }

    /// <summary>What the port is attached to, or null. Nothing about steering depends on it.</summary>
    public PortAttachment? Attachment { get; init; }
}

/// <summary>An IP address of a port.</summary>
/// <param name="Value">The address; IPv4 in the low 32 bits.</param>
/// <param name="IsIpv6">Its family.</param>
public readonly record struct PortAddress(UInt128 Value, bool IsIpv6);

/// <summary>A port pair group as one direction of travel sees it.</summary>
/// <param name="Fields">The fields that choose the member.</param>
/// <param name="Members">Members in any order.</param>
public sealed record GroupDefinition(HashFields Fields, ImmutableArray<MemberDefinition> Members);

/// <summary>A member of a group as one direction of travel sees it.</summary>
/// <param name="StableId">The port pair's UUID as a number.</param>
/// <param name="Weight">Share of new flows; 0 takes none.</param>
/// <param name="InputPort">Port the function receives on: frames are sent there.</param>
/// <param name="OutputPort">Port the function sends from.</param>
public sealed record MemberDefinition(UInt128 StableId, uint Weight, int InputPort, int OutputPort);

/// <summary>A service path: the groups a frame visits, in order.</summary>
/// <param name="NshPathId">Service path identifier in an NSH.</param>
/// <param name="MplsPathId">Path part of the label, 0 to 4095, or -1 when the path has no MPLS hop.</param>
/// <param name="IsSymmetric">Both directions of a flow meet the same members.</param>
/// <param name="IsReverse">The path is the way back: source and destination are hashed exchanged.</param>
/// <param name="Hops">0 to 254 hops.</param>
/// <param name="ChainPorts">Ports of all port pairs of the chain: a frame that has ended the path goes to none of them.</param>
/// <param name="Counter">Row in <c>WorkerCounters.Entered</c>.</param>
public sealed record PathDefinition(
    ServicePathId NshPathId, int MplsPathId, bool IsSymmetric, bool IsReverse,
    ImmutableArray<HopDefinition> Hops, ImmutableArray<int> ChainPorts, int Counter)
{
    /// <summary>Taps beside the path, in its order. At most as many as leave the last one an index of 1 or more.</summary>
    public ImmutableArray<TapDefinition> Taps { get; init; } = [];

    /// <summary>
    /// Index of the rules that classify frames which have ended the path: those of the chains that a service graph joins
    /// to it. -1 for none.
    /// </summary>
    public int NextRules { get; init; } = -1;
}

/// <summary>A tap: gets a copy of every frame that passes its place.</summary>
/// <param name="HopsDone">Hops behind the frames that are copied.</param>
/// <param name="Index">The index that the copy carries when the tap is encapsulation-aware.</param>
/// <param name="Hop">Who gets the copies; nobody when no member takes flows, whatever its policy.</param>
public sealed record TapDefinition(int HopsDone, ServiceIndex Index, HopDefinition Hop);

/// <summary>One hop of a path.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Wants">What its members understand.</param>
/// <param name="MemberCounters">Row in <c>WorkerCounters.Steered</c> of each member, in the group's order.</param>
/// <param name="OnEmpty">What happens when no member takes flows.</param>
public sealed record HopDefinition(
    int Group, EncapsulationKind Wants, ImmutableArray<int> MemberCounters, EmptyGroupPolicy OnEmpty = EmptyGroupPolicy.Drop);

/// <summary>The rules for frames from one or several ports, best first.</summary>
/// <param name="Rules">The rules.</param>
public sealed record RuleTableDefinition(ImmutableArray<SteeringRule> Rules);

/// <summary>A rule and where on a path the frames that match it are.</summary>
/// <param name="Rule">What to match.</param>
/// <param name="Path">Index of the path.</param>
/// <param name="HopsDone">0 at the classifier; k behind a function of hop k that knows no encapsulation.</param>
public sealed record SteeringRule(FlowRule Rule, int Path, int HopsDone);
