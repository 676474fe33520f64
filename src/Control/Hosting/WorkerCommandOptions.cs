using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Control.Hosting;

/// <summary>How the workers of a process run, on its command line.</summary>
internal static class WorkerCommandOptions
{
    private static readonly Option<int?> _workers = new("--workers")
    {
        HelpName = "N",
        Description = $"Threads that forward packets, 1 to {WorkerGroupOptions.MaxWorkers}. Default 1, or as many as --cpus names.",
        CustomParser = argument => ReadNumber(argument, 1, WorkerGroupOptions.MaxWorkers),
    };

    private static readonly Option<ImmutableArray<int>?> _cpus = new("--cpus")
    {
        HelpName = "LIST",
        Description = "CPUs that the workers are bound to, one each: numbers and ranges such as 2,4-7. Default: not bound.",
        CustomParser = ReadCpus,
    };

    private static readonly Option<int?> _flows = new("--flows")
    {
        HelpName = "N",
        Description = $"Live flows that each worker remembers, {WorkerGroupOptions.LeastFlows} to {WorkerGroupOptions.MostFlows}. Default {WorkerGroupOptions.DefaultFlows}; about 100 bytes each as they come.",
        CustomParser = argument => ReadNumber(argument, WorkerGroupOptions.LeastFlows, WorkerGroupOptions.MostFlows),
    };

    private static readonly Option<IdlePolicy?> _idle = new("--idle")
    {
        HelpName = "POLICY",
        Description = "What a worker does while nothing comes: spin (shortest delay, all of a CPU), yield, or sleep (default).",
        CustomParser = ReadIdle,
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">A command that runs workers.</param>
    public static void AddTo(Command command)
    {
        command.Options.Add(_workers);
        command.Options.Add(_cpus);
        command.Options.Add(_idle);
        command.Options.Add(_flows);
        command.Validators.Add(CheckCpus);
    }

    /// <summary>What was asked for, on this machine. Only who starts workers asks: a file is also read where they do not run.</summary>
    /// <param name="arguments">The command line of a command with these options.</param>
    /// <exception cref="ArgumentException">A CPU is not there.</exception>
    public static WorkerGroupOptions Read(ParseResult arguments)
    {
        WorkerGroupOptions defaults = new();
        ImmutableArray<int> cpus = arguments.GetValue(_cpus) ?? defaults.Cpus;
        ImmutableArray<int> online = cpus.IsEmpty ? [] : CpuSet.Online();
        if (cpus.Except(online).ToArray() is { Length: > 0 } absent)
        {
            throw new ArgumentException($"--cpus: this machine has no CPU {string.Join(", ", absent)} that is online. Accepted are {string.Join(", ", online)}.");
        }

        return defaults with
        {
            Workers = arguments.GetValue(_workers) ?? (cpus.IsEmpty ? defaults.Workers : cpus.Length),
            Cpus = cpus,
            Idle = arguments.GetValue(_idle) ?? defaults.Idle,
            FlowsPerWorker = arguments.GetValue(_flows) ?? defaults.FlowsPerWorker,
        };
    }

    private static void CheckCpus(CommandResult command)
    {
        if (command.GetResult(_workers) is { } workers && command.GetResult(_cpus) is { } cpus
            && workers.GetValueOrDefault<int?>() is int count && cpus.GetValueOrDefault<ImmutableArray<int>?>() is { } list && list.Length != count)
        {
            command.AddError($"--cpus names {list.Length} CPUs for --workers {count}. Accepted is one CPU for each worker, or --cpus alone.");
        }
    }

    private static int? ReadNumber(ArgumentResult argument, int least, int most)
    {
        if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        argument.AddError($"{argument.Argument.Name} '{argument.Tokens[0].Value}' is not possible. Accepted is a whole number from {least} to {most}.");
        return null;
    }

    private static ImmutableArray<int>? ReadCpus(ArgumentResult argument)
    {
        try
        {
            return CpuSet.Parse(argument.Tokens[0].Value);
        }
        catch (ArgumentException refused)
        {
            argument.AddError($"--cpus: {refused.Message}");
            return null;
        }
    }

    private static IdlePolicy? ReadIdle(ArgumentResult argument)
    {
        string word = argument.Tokens[0].Value;
        if (IdlePolicy.All.FirstOrDefault(policy => policy.Name == word).Policy is { } policy)
        {
            return policy;
        }

        argument.AddError($"--idle '{word}' is not possible. Accepted are {string.Join(", ", IdlePolicy.All.Select(known => known.Name))}.");
        return null;
    }
}
