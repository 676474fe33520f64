using System.CommandLine;
using NetworkingSfc.Sfc.Parse;
using NetworkingSfc.Sfc.Replay;
using NetworkingSfc.Sfc.Run;
using NetworkingSfc.Sfc.Token;

namespace NetworkingSfc.Sfc;

internal static class Program
{
    private const int UsageError = 2;

    private static async Task<int> Main(string[] args)
    {
        RootCommand root = new("Service function chaining: tools around the forwarder. The server itself is up: see up --help.")
        {
            ParseCommand.Create(),
            ReplayCommand.Create(),
            RunCommand.Create(),
            TokenCommand.Create(),
        };

        ParseResult arguments = root.Parse(args);
        int status = await arguments.InvokeAsync();
        return arguments.Errors.Count > 0 ? UsageError : status;
    }
}
