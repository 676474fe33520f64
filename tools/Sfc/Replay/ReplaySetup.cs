using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>What frames are played through: a state compiled to a snapshot, what stands behind its port pairs, and captures at its ports.</summary>
/// <param name="Compiled">The compiled state.</param>
/// <param name="Snapshot">The snapshot; the holder retires it.</param>
/// <param name="Functions">Function by port pair.</param>
/// <param name="Captures">The captures with the ids of their ports.</param>
internal sealed record ReplaySetup(
    CompiledState Compiled, SteeringSnapshot Snapshot, IReadOnlyDictionary<Guid, ServiceFunction> Functions, IReadOnlyList<(Guid Port, string Path)> Captures)
{
    /// <summary>Reads, checks and compiles what was asked for.</summary>
    /// <param name="statePath">Path of the state document.</param>
    /// <param name="inputs">PORT=CAPTURE, each.</param>
    /// <param name="mayLearn">False takes networks that learn stations as if they did not.</param>
    /// <param name="onEmpty">What becomes of packets at groups without members that say nothing of it themselves.</param>
    /// <param name="problems">What is wrong, in sentences, when null is returned.</param>
    public static ReplaySetup? Prepare(
        string statePath, IReadOnlyList<string> inputs, bool mayLearn, EmptyGroupAction onEmpty, out IReadOnlyList<string> problems)
    {
        StateReading reading = StateDocument.Load(statePath);
        if (reading.Document is not StateDocument document)
        {
            problems = [.. reading.Errors.Select(problem => problem.ToString())];
            return null;
        }

        CompiledState? compiled = SnapshotCompiler.Compile(
            document.Resources, previous: null, generation: 1, out ImmutableArray<ApiProblem> refusals, onEmpty: onEmpty);
        if (compiled is null)
        {
            problems = [.. refusals.Select(problem => problem.Message)];
            return null;
        }

        if (!mayLearn)
        {
            SteeringDefinition definition = compiled.Definition;
            compiled = compiled with { Definition = definition with { Networks = [.. definition.Networks.Select(network => network with { Learns = false })] } };
        }

        List<(Guid Port, string Path)> captures = [];
        foreach (string argument in inputs)
        {
            if (InputOf(argument, document.Resources, out string? wrong) is not (Guid, string) capture)
            {
                problems = [wrong!];
                return null;
            }

            captures.Add(capture);
        }

        try
        {
            problems = [];
            return new ReplaySetup(compiled, SteeringSnapshotBuilder.Build(compiled.Definition), document.Functions, captures);
        }
        catch (SteeringDefinitionException exception)
        {
            // What passes every check of the resources may still be more than the tables hold.
            problems = [exception.Message];
            return null;
        }
    }

    // A port's name may itself contain "=": the first split whose left side names a port is meant.
    private static (Guid Port, string Path)? InputOf(string argument, ResourceSet resources, out string? wrong)
    {
        for (int split = argument.IndexOf('=', StringComparison.Ordinal); split >= 0; split = argument.IndexOf('=', split + 1))
        {
            string name = argument[..split];
            List<Port> ports = [.. resources.Ports.Where(port => port.Name == name || port.IdText == name)];
            if (ports.Count > 1)
            {
                wrong = $"--input {argument}: {ports.Count} ports are called '{name}'; accepted is the id of one: {string.Join(", ", ports.Select(port => port.IdText))}.";
                return null;
            }

            if (ports.Count == 1)
            {
                wrong = null;
                return (ports[0].Id, argument[(split + 1)..]);
            }
        }

        wrong = $"--input {argument}: no port of the state is named before the '='; PORT=CAPTURE is accepted with one of the ports "
            + string.Join(", ", resources.Ports.Select(port => port.Name.Length > 0 ? port.Name : port.IdText)) + ".";
        return null;
    }
}
