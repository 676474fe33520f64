using System.CommandLine;
using NetworkingSfc.Sfc.Apply;
using NetworkingSfc.Sfc.Bench;
using NetworkingSfc.Sfc.Check;
using NetworkingSfc.Sfc.Classify;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.FlowClassifiers;
using NetworkingSfc.Sfc.Networks;
using NetworkingSfc.Sfc.Parse;
using NetworkingSfc.Sfc.Plan;
using NetworkingSfc.Sfc.PortChains;
using NetworkingSfc.Sfc.PortPairGroups;
using NetworkingSfc.Sfc.PortPairs;
using NetworkingSfc.Sfc.Ports;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Sfc.Run;
using NetworkingSfc.Sfc.ServiceGraphs;
using NetworkingSfc.Sfc.Status;
using NetworkingSfc.Sfc.Token;
using NetworkingSfc.Sfc.Top;
using NetworkingSfc.Sfc.Trace;
using NetworkingSfc.Sfc.Verify;

namespace NetworkingSfc.Sfc;

internal static class Program
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Standard output of the commands that print through it.</param>
    /// <param name="error">Standard error, likewise.</param>
    /// <returns>Exit status.</returns>
    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        RootCommand root = new("Service function chaining. The server is up, or control and forward in two processes: see up --help. What follows are the tools around it.")
        {
            ParseCommand.Create(),
            ClassifyCommand.Create(),
            ReplayCommand.Create(),
            BenchCommand.Create(),
            VerifyCommand.Create(),
            RunCommand.Create(),
            TokenCommand.Create(),
            NetworkCommand.Create(),
            PortCommand.Create(),
            PairCommand.Create(),
            GroupCommand.Create(),
            ClassifierCommand.Create(),
            ChainCommand.Create(),
            GraphCommand.Create(),
            CheckCommand.Create(),
            PlanCommand.Create(),
            ApplyCommand.Create(),
            StatusCommand.Create(),
            TopCommand.Create(),
            TraceCommand.Create(),
        };

        ParseResult arguments = root.Parse(args);
        int status = await arguments.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return arguments.Errors.Count > 0 ? CommandFailure.WrongUsage : status;
    }

    private static Task<int> Main(string[] args) => RunAsync(args, Console.Out, Console.Error);
}
