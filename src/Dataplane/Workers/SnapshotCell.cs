using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>The one published reference: written by the publisher, read by every worker once a batch.</summary>
public sealed class SnapshotCell
{
    private SteeringSnapshot _current;

    /// <summary>Makes the cell.</summary>
    /// <param name="first">The snapshot to start with.</param>
    public SnapshotCell(SteeringSnapshot first) => _current = first;

    /// <summary>The newest snapshot.</summary>
    public SteeringSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Replaces it. A worker uses the new one from its next batch on.</summary>
    /// <param name="next">The new snapshot.</param>
    /// <returns>The one before, to be retired when all workers have adopted the new one.</returns>
    public SteeringSnapshot Publish(SteeringSnapshot next)
    {
        SteeringSnapshot before = _current;
        Volatile.Write(ref _current, next);
        return before;
    }
}
