using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>A port as the stages see it.</summary>
internal readonly struct PortEntry
{
    /// <summary>Index of its network, or -1 for a number not in use.</summary>
    public int Network { get; init; }

    /// <summary>Largest frame without Ethernet header and VLAN tags, or 0 for no limit.</summary>
    public int MtuBytes { get; init; }

    /// <summary>Index of its classifier, or -1.</summary>
    public int Classifier { get; init; }

    /// <summary>True when an encapsulation-aware function sends from here: NSH and labels are read.</summary>
    public bool SendsEncapsulated { get; init; }

    /// <summary>True when a port pair has the port: it teaches nothing and no flood reaches it.</summary>
    public bool IsOfPair { get; init; }
}

/// <summary>A network as the stages see it.</summary>
internal readonly struct NetworkEntry
{
    /// <summary>Port for frames whose destination is not known, or -1.</summary>
    public int UplinkPort { get; init; }

    /// <summary>Stations are learned, and what has no destination is flooded.</summary>
    public bool Learns { get; init; }

    /// <summary>First row in <see cref="SteeringSnapshot.FloodPorts"/>; the rows rise.</summary>
    public int FirstFloodPort { get; init; }

    /// <summary>Rows there; none when the network does not learn.</summary>
    public int FloodPortCount { get; init; }
}

/// <summary>A member of a group at one hop of one path.</summary>
public readonly struct MemberEntry
{
    /// <summary>The port pair's UUID as a number.</summary>
    public UInt128 StableId { get; init; }

    /// <summary>MAC address of the port the function receives on.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Port the function receives on.</summary>
    public int InputPort { get; init; }

    /// <summary>Port the function sends from.</summary>
    public int OutputPort { get; init; }

    /// <summary>Row in <c>WorkerCounters.Steered</c>.</summary>
    public int Counter { get; init; }
}

/// <summary>A path as the stages see it.</summary>
internal readonly struct PathEntry
{
    /// <summary>Row in <see cref="SteeringSnapshot.Positions"/> before the first hop; behind k hops it is k rows further on.</summary>
    public int FirstPosition { get; init; }

    /// <summary>First row in <see cref="SteeringSnapshot.ChainPorts"/>; the rows are sorted.</summary>
    public int FirstChainPort { get; init; }

    /// <summary>Rows there.</summary>
    public int ChainPortCount { get; init; }

    /// <summary>Row in <c>WorkerCounters.Entered</c>.</summary>
    public int Counter { get; init; }

    /// <summary>Index of the rules of the chains joined to its end, or -1.</summary>
    public int NextRules { get; init; }

    /// <summary>Both directions of a flow meet the same members.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>The way back.</summary>
    public bool IsReverse { get; init; }
}
