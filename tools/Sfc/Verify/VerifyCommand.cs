using System.CommandLine;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// <c>sfc verify</c>: does our engine do with these packets what a real Open vSwitch does? Every step is compared, the
/// differences that are known are named, and any other one is a failure.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Option<string> state = PlayedStateOptions.State();
        Option<string[]> input = PlayedStateOptions.Input();
        Option<string> dialect = new("--dialect")
        {
            Description = "Flows that the switch gets: those of networking-sfc's agent with its faults, or those without what Open vSwitch can do right.",
            DefaultValueFactory = _ => "fixed",
        };
        dialect.AcceptOnlyFromAmong("reference", "fixed");
        Option<bool> json = new("--json") { Description = "Print every difference as JSON instead of a table." };
        Option<string> onEmpty = OnEmptyOption.Create();
        Command command = new("verify", "Compare our engine with a real Open vSwitch on captures, step by step.") { state, input, dialect, json, onEmpty };
        command.SetCheckedAction(arguments => Task.FromResult(Run(
            arguments.GetRequiredValue(state),
            arguments.GetRequiredValue(input),
            arguments.GetValue(dialect) == "reference" ? FlowDialect.Reference : FlowDialect.Fixed,
            arguments.GetValue(json),
            OnEmptyOption.ValueOf(onEmpty, arguments),
            arguments.InvocationConfiguration.Output)));
        return command;
    }

    private static int Run(string statePath, IReadOnlyList<string> inputs, FlowDialect dialect, bool json, EmptyGroupAction onEmpty, TextWriter output)
    {
        ReplaySetup setup = ReplaySetup.Prepare(statePath, inputs, mayLearn: false, onEmpty, out IReadOnlyList<string> problems)
            ?? throw new CommandFailure(string.Join("\n", problems));
        try
        {
            using PrivateSwitch privateSwitch = PrivateSwitch.Start();
            using VerifyBridge bridge = VerifyBridge.Open(privateSwitch, setup.Compiled, dialect);
            return Finish(Compare(bridge, setup, dialect), json, output);
        }
        finally
        {
            setup.Snapshot.Retire(newer: null);
        }
    }

    /// <summary>Prints a report.</summary>
    /// <returns>Exit status: 1 when some difference is not known.</returns>
    public static int Finish(VerifyReport report, bool json, TextWriter output)
    {
        VerifyPrinter.Print(output, report, json);
        return report.Unknown.Any() ? CommandFailure.Refused : 0;
    }

    /// <summary>Compares on a bridge that is there.</summary>
    /// <param name="bridge">The bridge that the state is rendered to.</param>
    /// <param name="setup">State, functions, captures.</param>
    /// <param name="dialect">Whose flows the bridge has.</param>
    /// <exception cref="CommandFailure">A capture cannot be read, or the switch refuses.</exception>
    public static VerifyReport Compare(VerifyBridge bridge, ReplaySetup setup, FlowDialect dialect)
    {
        List<ReplayInput> opened = [];
        try
        {
            foreach ((Guid port, string path) in setup.Captures)
            {
                opened.Add(ReplayInput.Open(setup.Compiled.Numbers.Ports[port], path));
            }

            using VerifySession session = new(bridge, setup, dialect);
            return session.Run(opened) ?? throw new CommandFailure(opened.Select(input => input.Error).First(error => error is not null)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"a capture cannot be opened; accepted is a pcap or pcapng file that may be read: {failure.Message}");
        }
        finally
        {
            opened.ForEach(input => input.Dispose());
        }
    }
}
