using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Everything a worker needs to decide about packets: immutable, made by <see cref="SteeringSnapshotBuilder"/> only.
/// Workers hold one for the length of a batch; the publisher disposes it when every worker has moved on.
/// </summary>
public sealed class SteeringSnapshot
{
    private readonly NativeArray<PortEntry> _ports;
    private readonly NativeArray<NetworkEntry> _networks;
    private readonly NativeArray<int> _floodPorts;
    private readonly NativeArray<MemberEntry> _members;
    private readonly NativeArray<PathEntry> _paths;
    private readonly NativeArray<int> _chainPorts;
    private readonly NativeArray<PathHop> _positions;
    private readonly ImmutableArray<MaglevTable> _maglevTables;
    private readonly ImmutableArray<RuleTable> _ruleTables;

    internal SteeringSnapshot(SnapshotTables tables)
    {
        Definition = tables.Definition;
        _ports = tables.Ports;
        _networks = tables.Networks;
        _floodPorts = tables.FloodPorts;
        _members = tables.Members;
        _paths = tables.Paths;
        _chainPorts = tables.ChainPorts;
        _positions = tables.Positions;
        _maglevTables = tables.MaglevTables;
        _ruleTables = tables.RuleTables;
        ServicePaths = tables.ServicePaths;
        Addresses = tables.Addresses;
        HasTaps = tables.HasTaps;
        HasJoins = tables.HasJoins;
        CounterRows = tables.CounterRows;
    }

    /// <summary>What the snapshot was built from.</summary>
    public SteeringDefinition Definition { get; }

    /// <summary>Counts published snapshots, from 1.</summary>
    public ulong Generation => Definition.Generation;

    /// <summary>Members of all hops of all paths; <see cref="PacketBuffer.Member"/> is an index here.</summary>
    public ReadOnlySpan<MemberEntry> Members => _members.Span;

    /// <summary>Port numbers in use are below this.</summary>
    public int PortCount => _ports.Length;

    /// <summary>Rows that the counters of this snapshot need: paths and members.</summary>
    internal (int Paths, int Members) CounterRows { get; }

    /// <summary>True when some position has a tap.</summary>
    internal bool HasTaps { get; }

    /// <summary>True when some path goes on with other chains.</summary>
    internal bool HasJoins { get; }

    /// <summary>(port, SPI, SI) to row in <see cref="Positions"/>.</summary>
    internal LookupTable<ServicePathKey> ServicePaths { get; }

    /// <summary>Address in a network to port.</summary>
    internal LookupTable<PortAddressKey> Addresses { get; }

    internal ReadOnlySpan<PortEntry> Ports => _ports.Span;

    internal ReadOnlySpan<NetworkEntry> Networks => _networks.Span;

    /// <summary>Ports that frames without a known destination go to, network by network.</summary>
    internal ReadOnlySpan<int> FloodPorts => _floodPorts.Span;

    internal ReadOnlySpan<PathEntry> Paths => _paths.Span;

    internal ReadOnlySpan<int> ChainPorts => _chainPorts.Span;

    internal ReadOnlySpan<PathHop> Positions => _positions.Span;

    internal ReadOnlySpan<MaglevTable> MaglevTables => _maglevTables.AsSpan();

    internal ReadOnlySpan<RuleTable> RuleTables => _ruleTables.AsSpan();

    /// <summary>
    /// Frees the native memory that the newer snapshot does not share. Called by the publisher once every worker has
    /// finished a batch of the newer one.
    /// </summary>
    /// <param name="newer">The snapshot in use, or null to free everything.</param>
    public void Retire(SteeringSnapshot? newer)
    {
        _ports.Dispose();
        _networks.Dispose();
        _floodPorts.Dispose();
        _members.Dispose();
        _paths.Dispose();
        _chainPorts.Dispose();
        _positions.Dispose();
        ServicePaths.Dispose();
        Addresses.Dispose();
        HashSet<object> kept = newer is null ? [] : [.. newer._maglevTables, .. newer._ruleTables];
        foreach (MaglevTable table in _maglevTables.Where(t => !kept.Contains(t)).Distinct())
        {
            table.Dispose();
        }

        foreach (RuleTable table in _ruleTables.Where(t => !kept.Contains(t)))
        {
            table.Dispose();
        }
    }
}
