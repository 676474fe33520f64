using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// What the forward role steers by, from generation to generation. A snapshot that nobody uses any more is freed at once and not
/// left to the collector, which hardly ever runs there. For one thread at a time.
/// </summary>
internal sealed class SteeringState
{
    private readonly CounterFile _counters;
    private readonly RuleTableWriters _rules = new();
    private readonly Queue<(SteeringSnapshot Old, SteeringSnapshot Next)> _superseded = new();
    private SteeringDefinition _definition;

    /// <summary>Begins with a definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="counters">Where workers count.</param>
    /// <exception cref="SteeringDefinitionException">It cannot be carried out.</exception>
    /// <exception cref="IOException">The file system has no room for its counters.</exception>
    public SteeringState(SteeringDefinition definition, CounterFile counters)
    {
        _counters = counters;
        _definition = definition;
        Snapshots = new SnapshotCell(Build(definition, previous: null));
    }

    /// <summary>Where workers read the snapshot.</summary>
    public SnapshotCell Snapshots { get; }

    /// <summary>What the snapshot does. Any thread.</summary>
    public SteeringDefinition Definition => Volatile.Read(ref _definition);

    /// <summary>Steers by another definition from now on.</summary>
    /// <param name="next">The definition, of a later generation.</param>
    /// <exception cref="SteeringDefinitionException">It cannot be carried out; the one before goes on.</exception>
    public void Publish(SteeringDefinition next)
    {
        if (next.Generation <= Definition.Generation)
        {
            throw new SteeringDefinitionException($"Generation {next.Generation} is not later than generation {Definition.Generation}, which is held.");
        }

        SteeringSnapshot snapshot;
        try
        {
            snapshot = Build(next, Snapshots.Current);
        }
        catch (IOException full)
        {
            throw new SteeringDefinitionException($"It cannot be counted. {full.Message}");
        }

        Volatile.Write(ref _definition, next);
        _superseded.Enqueue((Snapshots.Publish(snapshot), snapshot));
    }

    /// <summary>Frees what no worker uses any more.</summary>
    /// <param name="adopted">The generation that each worker has finished a step with.</param>
    public void Retire(ImmutableArray<ulong> adopted)
    {
        while (_superseded.TryPeek(out (SteeringSnapshot Old, SteeringSnapshot Next) first) && adopted.All(generation => generation >= first.Next.Generation))
        {
            // One by one, because a snapshot shares tables with the next one only.
            first.Old.Retire(first.Next);
            _superseded.Dequeue();
        }
    }

    private SteeringSnapshot Build(SteeringDefinition definition, SteeringSnapshot? previous)
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition, previous, _rules);
        try
        {
            if (_counters.Capacity.Refuse(snapshot) is { } reason)
            {
                throw new SteeringDefinitionException(reason);
            }

            _counters.Hold(snapshot);
            return snapshot;
        }
        catch
        {
            snapshot.Retire(previous);
            throw;
        }
    }
}
