using NetworkingSfc.Dataplane.Tests.Disassembly;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace NetworkingSfc.Dataplane.Tests;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable(HotProcess.RoleVariable) is not null)
        {
            HotProcess.Run();
            return Task.FromResult(0);
        }

        // What the entry point that xunit generates does.
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(arguments);
    }
}
