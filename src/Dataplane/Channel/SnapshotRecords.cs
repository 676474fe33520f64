using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>The kinds of records that the lists of a definition are made of.</summary>
internal static class SnapshotRecords
{
    public static RecordKind<NetworkDefinition> Networks { get; } = new(5, SnapshotEncoder.Network, SnapshotDecoder.Network);

    public static RecordKind<PortDefinition> Ports { get; } = new(25, SnapshotEncoder.Port, SnapshotDecoder.Port);

    public static RecordKind<GroupDefinition> Groups { get; } = new(8, SnapshotEncoder.Group, SnapshotDecoder.Group);

    public static RecordKind<PathDefinition> Paths { get; } = new(29, SnapshotEncoder.Path, SnapshotDecoder.Path);

    public static RecordKind<SteeringRule> Rules { get; } = new(54, SnapshotEncoder.Rule, SnapshotDecoder.Rule);

    public static RecordKind<UInt128> Labels { get; } = new(16, SnapshotEncoder.Label, SnapshotDecoder.Label);
}
