using System.CommandLine;
using NetworkingSfc.Sfc.Parse;
using NetworkingSfc.Sfc.Replay;

namespace NetworkingSfc.Sfc;

internal static class Program
{
    private const int UsageError = 2;

    private static int Main(string[] args)
    {
        RootCommand root = new("Service function chaining: tools around the forwarder.")
        {
            ParseCommand.Create(),
            ReplayCommand.Create(),
        };

        ParseResult arguments = root.Parse(args);
        int status = arguments.Invoke();
        return arguments.Errors.Count > 0 ? UsageError : status;
    }
}
