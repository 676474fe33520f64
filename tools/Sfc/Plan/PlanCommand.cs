using System.CommandLine;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.State;

namespace NetworkingSfc.Sfc.Plan;

/// <summary><c>sfc plan FILE</c>: what would applying the document change, and what would surprise?</summary>
internal static class PlanCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "The state document." };
        Option<bool> offline = new("--offline") { Description = "Compare with an empty state instead of a server's." };
        Command command = new("plan", "Say what applying a state document would change, and what about it would surprise.") { file, offline };
        ServerOptions.AddTo(command);
        command.SetCheckedAction(async arguments =>
        {
            string path = arguments.GetRequiredValue(file);
            ResourceSet after = ServerState.Require(path, StateFile.Load(path)).Resources;
            ResourceSet before = arguments.GetValue(offline) ? ResourceSet.Empty : await CurrentAsync(arguments);
            Control.Planning.Plan plan = Planner.Compare(before, after);
            TextWriter output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(ServerOptions.Json))
            {
                output.WriteLine(PlanJson.Of(plan).ToJsonString());
            }
            else
            {
                PlanPrinter.Print(output, plan);
            }

            return plan.IsRefused ? CommandFailure.Refused : 0;
        });
        return command;
    }

    private static async Task<ResourceSet> CurrentAsync(ParseResult arguments)
    {
        using ApiClient client = ServerOptions.Open(arguments);
        return (await ServerState.GetAsync(client)).Reading.Document!.Resources;
    }
}
