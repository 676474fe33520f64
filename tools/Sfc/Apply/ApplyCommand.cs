using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.State;

namespace NetworkingSfc.Sfc.Apply;

/// <summary><c>sfc apply FILE</c>: the whole state at once, all of it or nothing.</summary>
internal static class ApplyCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = "The state document. With a revision in it, it is applied only if the server's is lower; without one, whatever the server has.",
        };
        Command command = new("apply", "Replace the whole state of a server by a document, all of it or nothing.") { file };
        ServerOptions.AddTo(command);
        command.SetApiAction(async (arguments, client) =>
        {
            string path = arguments.GetRequiredValue(file);
            StateFile state = StateFile.Load(path);
            ServerState.Require(path, state);
            long revision = state.Revision ?? (await ServerState.RevisionAsync(client) + 1);
            ApiAnswer answer = await client.PutAsync(ServerState.Path, state.WithRevision(revision));
            TextWriter output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(ServerOptions.Json))
            {
                output.WriteLine(answer.Text);
                return;
            }

            JsonObject body = answer.Body();
            output.WriteLine($"applied as revision {body["revision"]?.ToJsonString() ?? "?"}, generation {body["generation"]?.ToJsonString() ?? "?"}");
        });
        return command;
    }
}
