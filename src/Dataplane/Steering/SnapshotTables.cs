using System.Collections.Immutable;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Switching;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>The parts that <see cref="SteeringSnapshotBuilder"/> hands to a new snapshot.</summary>
internal sealed class SnapshotTables
{
    public required SteeringDefinition Definition { get; init; }

    public required NativeArray<PortEntry> Ports { get; init; }

    public required NativeArray<NetworkEntry> Networks { get; init; }

    public required NativeArray<int> FloodPorts { get; init; }

    public required NativeArray<MemberEntry> Members { get; init; }

    public required NativeArray<PathEntry> Paths { get; init; }

    public required NativeArray<int> ChainPorts { get; init; }

    public required NativeArray<PathHop> Positions { get; init; }

    public required ImmutableArray<MaglevTable> MaglevTables { get; init; }

    public required ImmutableArray<RuleTable> RuleTables { get; init; }

    public required LookupTable<ServicePathKey> ServicePaths { get; init; }

    public required LookupTable<PortAddressKey> Addresses { get; init; }

    public required bool HasTaps { get; init; }

    public required bool HasJoins { get; init; }

    public required (int Paths, int Members) CounterRows { get; init; }
}
