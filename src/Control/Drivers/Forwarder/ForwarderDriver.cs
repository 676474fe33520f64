using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Tracing;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>
/// Renders accepted state for our own forwarder in this process. Everything that can fail happens in
/// <see cref="Prepare"/>; <see cref="Publish"/> is one store of a reference for each who follows.
/// </summary>
/// <remarks>
/// Both ends are in this process, so the definition is handed over as it is; between processes it travels in the encoding
/// of <see cref="NetworkingSfc.Dataplane.Channel.SnapshotEncoder"/>.
/// </remarks>
public sealed class ForwarderDriver : IStateDriver, IForwarderProgress, ITracedForwarder
{
    private readonly RuleTableWriters _rules = new();
    private Rendered _published;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private ImmutableArray<Worker> _workers = [];
    private PortSet? _ports;
    private Found? _found;
    private WorkerGroup? _traced;

    /// <summary>Makes a driver that forwards nothing yet.</summary>
    public ForwarderDriver()
    {
        SteeringDefinition empty = new() { Generation = 0 };
        _published = new Rendered(
            new CompiledState(ResourceSet.Empty, empty, StableNumbers.None), SteeringSnapshotBuilder.Build(empty));
        Snapshots = new SnapshotCell(_published.Snapshot);
    }

    /// <inheritdoc/>
    public string Name => "forwarder";

    /// <inheritdoc/>
    public DriverReport Report
    {
        get
        {
            CompiledState current = Current;
            long revision = current.Resources.Revision;
            return new DriverReport(Name, revision, revision) { Problems = ProblemsOf(current) };
        }
    }

    /// <summary>Where workers read the published snapshot.</summary>
    public SnapshotCell Snapshots { get; }

    /// <summary>What the published snapshot was compiled from.</summary>
    public CompiledState Current => Volatile.Read(ref _published).State;

    /// <summary>Generation of what was published last; 0 before the first.</summary>
    public ulong Published => Volatile.Read(ref _published).Snapshot.Generation;

    /// <inheritdoc/>
    public ImmutableArray<ulong> Adopted => [.. _workers.Select(worker => worker.AdoptedGeneration)];

    /// <inheritdoc/>
    public RunningForwarder Running => new(
        _started, [.. _workers.Select(worker => worker.Counters)], _ports?.Totals, _ports is null ? [] : [.. _ports.States.Select(PortReport.Of)]);

    /// <inheritdoc/>
    public DateTimeOffset? Since => _started;

    /// <summary>Names the workers that use the snapshots, so that it can be told how far they are. Before the API is served.</summary>
    /// <param name="workers">The workers in order.</param>
    public void Watch(params IEnumerable<Worker> workers) => _workers = [.. workers];

    /// <summary>Names the group whose packets can be traced. Before the API is served.</summary>
    /// <param name="workers">The group.</param>
    public void Trace(WorkerGroup workers) => _traced = workers;

    /// <inheritdoc/>
    CompiledState? ITracedForwarder.State => _traced is null ? null : Current;

    /// <inheritdoc/>
    async IAsyncEnumerable<TraceNews> ITracedForwarder.TraceAsync(TraceRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using PacketTrace trace = _traced!.StartTrace(request);
        yield return new TraceNews([]);
        await foreach (ImmutableArray<TraceRecord> records in trace.ReadAllAsync(cancellation))
        {
            yield return new TraceNews(records);
        }

        yield return new TraceNews([], trace.End);
    }

    /// <summary>Names the ports that are to be attached as published. Before the API is served.</summary>
    /// <param name="ports">The ports of the workers.</param>
    public void Attach(PortSet ports) => _ports = ports;

    /// <summary>Builds the tables; nothing that is published is changed.</summary>
    /// <param name="candidate">The state that would become current.</param>
    public object? Prepare(CompiledState candidate) =>
        new Rendered(candidate, SteeringSnapshotBuilder.Build(candidate.Definition, _published.Snapshot, _rules));

    /// <summary>Makes a prepared state current: workers use it from their next batch on.</summary>
    /// <param name="current">The state that is now current.</param>
    /// <param name="prepared">What <see cref="Prepare"/> made of it.</param>
    public void Publish(CompiledState current, object? prepared)
    {
        Rendered next = (Rendered)prepared!;
        Volatile.Write(ref _published, next);

        // The snapshot before is freed when the last worker that holds it lets go: its tables have finalizers.
        Snapshots.Publish(next.Snapshot);
        _ports?.Follow(next.Snapshot.Definition);
    }

    // Asked for with every chain that is shown; neither the state nor how the ports are changes that often.
    private ImmutableDictionary<Guid, ImmutableArray<string>> ProblemsOf(CompiledState state)
    {
        ImmutableArray<PortState> ports = _ports?.States ?? [];
        Found? found = Volatile.Read(ref _found);
        if (found is null || !ReferenceEquals(found.State, state) || found.Ports != ports)
        {
            found = new Found(state, ports, PortProblems.Of(state, [.. ports.Select(PortReport.Of)]));
            Volatile.Write(ref _found, found);
        }

        return found.Problems;
    }

    private sealed record Found(CompiledState State, ImmutableArray<PortState> Ports, ImmutableDictionary<Guid, ImmutableArray<string>> Problems);

    private sealed record Rendered(CompiledState State, SteeringSnapshot Snapshot);
}
