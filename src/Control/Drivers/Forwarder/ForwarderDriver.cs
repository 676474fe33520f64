using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>
/// Renders accepted state for our own forwarder in this process. Everything that can fail happens in
/// <see cref="Compile"/>; <see cref="Publish"/> is one store of a reference.
/// </summary>
/// <remarks>
/// Both ends are in this process, so the definition is handed over as it is; between processes it travels in the encoding
/// of <see cref="NetworkingSfc.Dataplane.Channel.SnapshotEncoder"/>. Called by the control loop only, one call at a time.
/// </remarks>
public sealed class ForwarderDriver : IForwarderProgress
{
    private readonly RuleTableWriters _rules = new();
    private Rendered _published;
    private ImmutableArray<Worker> _workers = [];

    /// <summary>Makes a driver that forwards nothing yet.</summary>
    public ForwarderDriver()
    {
        SteeringDefinition empty = new() { Generation = 0 };
        _published = new Rendered(
            new CompiledState(ResourceSet.Empty, empty, StableNumbers.None), SteeringSnapshotBuilder.Build(empty));
        Snapshots = new SnapshotCell(_published.Snapshot);
    }

    /// <summary>Where workers read the published snapshot.</summary>
    public SnapshotCell Snapshots { get; }

    /// <summary>What the published snapshot was compiled from.</summary>
    public CompiledState Current => Volatile.Read(ref _published).State;

    /// <summary>Generation of what was published last; 0 before the first.</summary>
    public ulong Published => Volatile.Read(ref _published).Snapshot.Generation;

    /// <inheritdoc/>
    public ImmutableArray<ulong> Adopted => [.. _workers.Select(worker => worker.AdoptedGeneration)];

    /// <summary>Names the workers that use the snapshots, so that it can be told how far they are. Before the API is served.</summary>
    /// <param name="workers">The workers in order.</param>
    public void Watch(params IEnumerable<Worker> workers) => _workers = [.. workers];

    /// <summary>Compiles a candidate up to the tables; nothing that is published is changed.</summary>
    /// <param name="candidate">The set that would become current.</param>
    public CompileResult Compile(ResourceSet candidate)
    {
        Rendered before = _published;
        CompiledState? state = SnapshotCompiler.Compile(
            candidate, before.State, before.Snapshot.Generation + 1, out ImmutableArray<ApiProblem> problems);
        if (state is null)
        {
            return CompileResult.Refused(problems);
        }

        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(state.Definition, before.Snapshot, _rules);
        return CompileResult.Success(new Rendered(state, snapshot), snapshot.Generation);
    }

    /// <summary>Makes a compiled candidate current: workers use it from their next batch on.</summary>
    /// <param name="current">The set that is now current.</param>
    /// <param name="compiled">What <see cref="Compile"/> made of it.</param>
    public void Publish(ResourceSet current, object compiled)
    {
        Rendered next = (Rendered)compiled;
        Volatile.Write(ref _published, next);

        // The snapshot before is freed when the last worker that holds it lets go: its tables have finalizers.
        Snapshots.Publish(next.Snapshot);
    }

    private sealed record Rendered(CompiledState State, SteeringSnapshot Snapshot);
}
