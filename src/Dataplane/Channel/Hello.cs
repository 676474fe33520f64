using System.Collections.Immutable;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>How an end presents itself.</summary>
/// <param name="StartedNanoseconds">When its process started, in nanoseconds since 1970.</param>
/// <param name="Generation">Generation of the definition that it holds; 0 for none.</param>
/// <param name="Digest"><see cref="SnapshotDigest"/> of that definition.</param>
/// <param name="CounterPath">Where the forwarder's <see cref="Telemetry.CounterFile"/> is; empty from the control role.</param>
public sealed record Hello(long StartedNanoseconds, ulong Generation, ulong Digest, string CounterPath)
{
    /// <summary>What the definition means to who compiled it.</summary>
    public ImmutableArray<UInt128> Legend { get; init; } = [];
}
