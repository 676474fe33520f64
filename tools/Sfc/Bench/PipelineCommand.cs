using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Bench;

/// <summary><c>sfc bench pipeline</c>: how many frames a second does the engine take through this state?</summary>
/// <remarks>
/// Address layout moves results from process to process (by a factor, at worst), so one process is one sample: the command starts
/// itself over and over and gives best, median and worst.
/// </remarks>
internal static class PipelineCommand
{
    private const int MostProcesses = 1_000;
    private const int MostWorkers = 64;
    private const int LongestSeconds = 3_600;

    // Says on the command line of a child that it is one.
    private const string ChildOption = "--sample";

    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<string> state = new("--state") { Description = "The desired state, as for replay.", Required = true };
        Option<string[]> input = new("--input") { Description = "PORT=CAPTURE: frames that enter at a port, held in memory and received over and over. May be repeated.", Required = true };
        Option<bool> copy = new("--copy") { Description = "Copy each frame into a fresh buffer on receive. Always so; for scripts that say it." };
        Option<double> seconds = new("--seconds")
        {
            Description = $"How long each process measures, 0.1 to {LongestSeconds}. Default 5.",
            DefaultValueFactory = _ => 5,
            CustomParser = argument => Read(argument, 0.1, LongestSeconds),
        };
        Option<int> workers = new("--workers") { Description = $"Threads, 1 to {MostWorkers}. Default 1.", DefaultValueFactory = _ => 1, CustomParser = argument => (int)Read(argument, 1, MostWorkers) };
        Option<int> processes = new("--processes")
        {
            Description = $"Processes, one after the other, 1 to {MostProcesses}. Default 10.",
            DefaultValueFactory = _ => 10,
            CustomParser = argument => (int)Read(argument, 1, MostProcesses),
        };
        Option<PipelineStage> stage = new("--stage")
        {
            HelpName = "STAGE",
            Description = "What is measured: enter (from the capture into the chain; default), transit (between two functions) or remove (from the last function out).",
            DefaultValueFactory = _ => PipelineStage.Enter,
            CustomParser = StageOf,
        };
        Option<bool> json = new("--json") { Description = "Print JSON instead of lines for people." };
        Option<bool> sample = new(ChildOption) { Hidden = true };
        Command command = new("pipeline", "Measure the whole engine: copy in, parse, classify, select, encapsulate, hand to a port that takes everything.")
        {
            state, input, copy, seconds, workers, processes, stage, json, sample,
        };
        command.SetCheckedAction(async arguments =>
        {
            TextWriter output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(sample))
            {
                PipelineSample measured = Measure(
                    arguments.GetRequiredValue(state), arguments.GetRequiredValue(input), arguments.GetValue(stage), arguments.GetValue(workers), arguments.GetValue(seconds));
                output.WriteLine(JsonSerializer.Serialize(measured, PipelineReportJson.Default.PipelineSample).ReplaceLineEndings(" "));
                return 0;
            }

            List<PipelineSample> samples = [];
            string[] words = [.. arguments.Tokens.Select(token => token.Value)];
            for (int process = 0; process < arguments.GetValue(processes); process++)
            {
                samples.Add(await SampleOfAsync(words));
            }

            PipelineReport.Of(samples, arguments.GetValue(workers)).Print(output, arguments.GetValue(json));
            return 0;
        });
        return command;
    }

    private static PipelineSample Measure(string state, IReadOnlyList<string> inputs, PipelineStage stage, int workers, double seconds)
    {
        if (ReplaySetup.Prepare(state, inputs, mayLearn: false, Control.PortPairGroups.EmptyGroupAction.Drop, out IReadOnlyList<string> problems) is not { } setup)
        {
            throw new CommandFailure(string.Join(Environment.NewLine, problems));
        }

        IReadOnlyList<HeldFrames> frames = StagedFrames.Of(setup, stage);
        PipelineSample sample = PipelineRun.Measure(setup.Snapshot, frames, workers, seconds);
        setup.Snapshot.Retire(newer: null);
        return sample;
    }

    // The same command line with one word more, in a process of its own.
    private static async Task<PipelineSample> SampleOfAsync(string[] words)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "sfc");
        ProcessStartInfo start = new(program, [.. words, ChildOption]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && JsonSerializer.Deserialize(output, PipelineReportJson.Default.PipelineSample) is { } sample
            ? sample
            : throw new CommandFailure((await error).Trim() is { Length: > 0 } why ? why["sfc bench pipeline: ".Length..] : $"A process that measures ended with status {process.ExitCode}.");
    }

    private static double Read(ArgumentResult argument, double least, double most)
    {
        string text = argument.Tokens[0].Value;
        NumberStyles styles = least < 1 ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
        if (double.TryParse(text, styles, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
        {
            return value;
        }

        argument.AddError(string.Create(CultureInfo.InvariantCulture, $"{argument.Argument.Name} '{text}' is not possible. Accepted is a number from {least} to {most}."));
        return least;
    }

    private static PipelineStage StageOf(ArgumentResult argument)
    {
        switch (argument.Tokens[0].Value)
        {
            case "enter":
                return PipelineStage.Enter;
            case "transit":
                return PipelineStage.Transit;
            case "remove":
                return PipelineStage.Remove;
            default:
                argument.AddError($"--stage '{argument.Tokens[0].Value}' is not possible. Accepted are enter, transit and remove.");
                return default;
        }
    }
}
