using System.Diagnostics;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>The programs of iproute2, which make and change links.</summary>
internal static class LinkCommand
{
    private const int ErrorLimit = 200;

    /// <summary>Runs one.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static void Run(string command, params string[] arguments) => Read(command, arguments);

    /// <summary>Runs one; gives what went wrong, or null.</summary>
    public static string? TryRun(string command, params string[] arguments) => TryRun(command, arguments, out _);

    /// <summary>Runs one; gives what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static string Read(string command, params string[] arguments) =>
        TryRun(command, arguments, out string output) is string failure
            ? throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {failure}")
            : output;

    private static string? TryRun(string command, string[] arguments, out string output)
    {
        output = "";
        try
        {
            // What these programs write fits a pipe, so reading one after the other does not hold them up.
            ProcessStartInfo start = new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            string error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error[..Math.Min(error.Length, ErrorLimit)];
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            return failure.Message;
        }
    }

    /// <summary>Takes IPv6 away from an interface, which would send frames of its own otherwise.</summary>
    public static void Silence(string name)
    {
        string ipv6 = $"/proc/sys/net/ipv6/conf/{name}/disable_ipv6";
        if (File.Exists(ipv6))
        {
            File.WriteAllText(ipv6, "1");
        }
    }
}
