using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetworkingSfc.Control.PortPairGroups;
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
        Option<string> state = PlayedStateOptions.State();
        Option<string[]> input = PlayedStateOptions.Input();
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
        Option<string> onEmpty = OnEmptyOption.Create();
        Command command = new("replay", "Run captures through chains and see every crossing of a port.") { state, input, output, json, workers, onEmpty };
        command.SetAction(arguments => Run(
            arguments.GetRequiredValue(state),
            arguments.GetRequiredValue(input),
            arguments.GetRequiredValue(output),
            arguments.GetValue(json),
            arguments.GetValue(workers),
            Console.Out,
            Console.Error,
            OnEmptyOption.ValueOf(onEmpty, arguments)));
        return command;
    }

    /// <summary>Runs the command.</summary>
    /// <returns>Exit status: 0, or 1 when something is wrong; nothing is written then.</returns>
    public static int Run(
        string statePath,
        IReadOnlyList<string> inputs,
        string output,
        bool json,
        int workers,
        TextWriter text,
        TextWriter error,
        EmptyGroupAction onEmpty = EmptyGroupAction.Drop)
    {
        if (ReplaySetup.Prepare(statePath, inputs, mayLearn: true, onEmpty, out IReadOnlyList<string> problems) is not ReplaySetup setup)
        {
            foreach (string sentence in problems)
            {
                error.WriteLine($"sfc replay: {sentence}");
            }

            return 1;
        }

        ReplayReport? report = ReplaySession.Run(setup.Compiled, new SnapshotCell(setup.Snapshot), setup.Functions, setup.Captures, output, workers, error);
        setup.Snapshot.Retire(newer: null);
        if (report is null)
        {
            return 1;
        }

        ReplayPrinter.Print(report, setup.Compiled.Resources, json, text);
        return 0;
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
}
