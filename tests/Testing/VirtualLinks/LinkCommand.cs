using System.Diagnostics;

namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>The programs of iproute2, which make and change links.</summary>
internal static class LinkCommand
{
    private const int ErrorLimit = 200;

    /// <summary>Runs one.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static void Run(string command, params string[] arguments)
    {
        if (TryRun(command, arguments) is string failure)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {failure}");
        }
    }

    /// <summary>Runs one; gives what went wrong, or null.</summary>
    public static string? TryRun(string command, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(command, arguments) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
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
