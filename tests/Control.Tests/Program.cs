using NetworkingSfc.Control.Tests.Store;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace NetworkingSfc.Control.Tests;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable(StoreProcess.DirectoryVariable) is { } directory)
        {
            return StoreProcess.ServeAsync(directory);
        }

        // What the entry point that xunit generates does.
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(arguments);
    }
}
