using System.CommandLine;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Status;

/// <summary><c>sfc status</c>: is what is wanted carried out, and if not, since when and why?</summary>
internal static class StatusCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create()
    {
        Command command = new("status", "Show how a server, its forwarder, drivers, ports and workers are, and what was dropped.");
        ServerOptions.AddTo(command);
        command.SetApiAction(async (arguments, client) =>
        {
            TextWriter output = arguments.InvocationConfiguration.Output;
            ApiAnswer answer = await ServerStatus.GetAsync(client);
            if (arguments.GetValue(ServerOptions.Json))
            {
                output.WriteLine(answer.Text);
            }
            else
            {
                StatusPrinter.Print(output, client.Server, ServerStatus.Read(answer));
            }
        });
        return command;
    }
}
