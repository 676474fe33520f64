using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// <c>sfc replay</c>: what would these chains do to these packets, byte by byte? No root, no HTTP, same bytes out for any
/// number of workers.
/// </summary>
internal static class ReplayCommand
{
    private const int MostWorkers = 64;

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<string> state = new("--state")
        {
            Description = "The desired state: networks, ports, port pairs, groups, classifiers, chains and functions as one JSON document.",
            Required = true,
        };
        Option<string[]> input = new("--input")
        {
            Description = "PORT=CAPTURE: packets of a pcap or pcapng that enter at a port, named by name or id. May be repeated; packets are merged by time.",
            Required = true,
        };
        Option<string> output = new("--output")
        {
            Description = "The pcapng to write: one interface a port, one record each time a frame crosses a port.",
            Required = true,
        };
        Option<bool> json = new("--json") { Description = "Print the counts as JSON instead of tables." };
        Option<int> workers = new("--workers")
        {
            Description = $"Workers to deal the packets to, 1 to {MostWorkers}.",
            DefaultValueFactory = _ => 1,
            CustomParser = WorkersOf,
        };
        Command command = new("replay", "Run captures through chains and see every crossing of a port.") { state, input, output, json, workers };
        command.SetAction(arguments => Run(
            arguments.GetRequiredValue(state),
            arguments.GetRequiredValue(input),
            arguments.GetRequiredValue(output),
            arguments.GetValue(json),
            arguments.GetValue(workers),
            Console.Out,
            Console.Error));
        return command;
    }

    /// <summary>Runs the command.</summary>
    /// <returns>Exit status: 0, or 1 when something is wrong; nothing is written then.</returns>
    public static int Run(string statePath, IReadOnlyList<string> inputs, string output, bool json, int workers, TextWriter text, TextWriter error)
    {
        StateReading reading = StateDocument.Load(statePath);
        if (reading.Document is not StateDocument document)
        {
            return Refuse(error, reading.Errors.Select(problem => problem.ToString()));
        }

        CompiledState? compiled = SnapshotCompiler.Compile(
            document.Resources, previous: null, generation: 1, out ImmutableArray<ApiProblem> problems);
        if (compiled is null)
        {
            return Refuse(error, problems.Select(problem => problem.Message));
        }

        List<(Guid Port, string Path)> captures = [];
        foreach (string argument in inputs)
        {
            if (InputOf(argument, document.Resources, out string? wrong) is not (Guid, string) capture)
            {
                return Refuse(error, [wrong]);
            }

            captures.Add(capture);
        }

        if (Build(compiled, out string? impossible) is not SteeringSnapshot snapshot)
        {
            return Refuse(error, [impossible]);
        }

        ReplayReport? report = ReplaySession.Run(compiled, new SnapshotCell(snapshot), document.Functions, captures, output, workers, error);
        snapshot.Retire(newer: null);
        if (report is null)
        {
            return 1;
        }

        ReplayPrinter.Print(report, document.Resources, json, text);
        return 0;
    }

    // What passes every check of the resources may still be more than the tables hold.
    private static SteeringSnapshot? Build(CompiledState compiled, out string? impossible)
    {
        try
        {
            impossible = null;
            return SteeringSnapshotBuilder.Build(compiled.Definition);
        }
        catch (SteeringDefinitionException exception)
        {
            impossible = exception.Message;
            return null;
        }
    }

    private static int WorkersOf(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int workers) || workers is < 1 or > MostWorkers)
        {
            argument.AddError($"--workers {text}: a whole number from 1 to {MostWorkers} is accepted.");
        }

        return workers;
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

    private static int Refuse(TextWriter error, IEnumerable<string?> sentences)
    {
        foreach (string? sentence in sentences)
        {
            error.WriteLine($"sfc replay: {sentence}");
        }

        return 1;
    }
}
