using System.Collections.Immutable;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>Which worker has the queues of each number of a device: those of both directions, since drivers may share memory between them.</summary>
public sealed class QueuePlacement
{
    internal QueuePlacement(ImmutableArray<int> workers) => Workers = workers;

    /// <summary>Number of the worker, by number of the queue.</summary>
    public ImmutableArray<int> Workers { get; }
}
