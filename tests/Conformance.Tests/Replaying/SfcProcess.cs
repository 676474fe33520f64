using System.Diagnostics;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>The built <c>sfc</c> as a user starts it: the executable that the build puts beside the tests.</summary>
internal static class SfcProcess
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">What it finds on standard input.</param>
    /// <param name="environment">One variable more.</param>
    public static (int Status, string Text, string Error) Run(IReadOnlyList<string> arguments, byte[]? input = null, (string Name, string Value)? environment = null)
    {
        using Process process = Start(arguments, environment);
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input ?? []);
        process.StandardInput.Close();
        if (!process.WaitForExit(_limit))
        {
            process.Kill();
            throw new TimeoutException($"sfc {string.Join(' ', arguments)} did not end");
        }

        return (process.ExitCode, text.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts it and leaves it running.</summary>
    public static Process Start(IReadOnlyList<string> arguments, (string Name, string Value)? environment = null)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "sfc"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (environment is (string name, string value))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
