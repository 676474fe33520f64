using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Control.Publishing;

/// <summary>What a forwarder that is there shows of itself. Its workers count on while this is read, and wait for nobody.</summary>
/// <param name="Started">When its process started: counters began at zero then.</param>
/// <param name="Workers">What each worker counted; empty when the counters cannot be read.</param>
/// <param name="PortTotals">What happened on its ports below the workers; null when that cannot be read.</param>
/// <param name="Ports">How its attached ports are, by number.</param>
public sealed record RunningForwarder(
    DateTimeOffset Started, IReadOnlyList<WorkerCounters> Workers, PortTotals? PortTotals, ImmutableArray<PortReport> Ports)
{
    /// <summary>Numbers that its counters have room for; null where they grow, or cannot be read.</summary>
    public CounterCapacity? Capacity { get; init; }
}
