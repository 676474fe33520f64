using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>Runs the programs of Open vSwitch against the daemons of one machine. Never through a shell, never without a time limit.</summary>
/// <param name="Folder">Where the daemons have their sockets.</param>
/// <param name="Limit">Time for one program.</param>
public sealed record SwitchPrograms(string Folder, TimeSpan Limit)
{
    /// <summary>Where Debian's daemons have their sockets.</summary>
    public const string DefaultFolder = "/run/openvswitch";

    private const int LongestReason = 600;

    // The programs end themselves at the limit, by SIGALRM; the grace is for one that does not.
    private const int EndedByAlarm = 128 + 14;
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    /// <summary>The daemons where Debian's are.</summary>
    public static SwitchPrograms Default { get; } = new(DefaultFolder, TimeSpan.FromSeconds(20));

    /// <summary>Asks the database.</summary>
    /// <param name="arguments">What follows the general options.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="DriverException">It cannot be run, refused, or took too long.</exception>
    public Task<string> DatabaseAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync("ovs-vsctl", $"ovs-vsctl {string.Join(' ', arguments)}", [$"--db=unix:{Folder}/db.sock", "--no-syslog", .. arguments], input: "", cancellation);

    /// <summary>Talks OpenFlow 1.5 to a bridge.</summary>
    /// <param name="bridge">Name of the bridge.</param>
    /// <param name="command">The command, for example dump-flows.</param>
    /// <param name="arguments">What follows the bridge.</param>
    /// <param name="input">What the program reads where a file is named -.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="DriverException">It cannot be run, was refused, or took too long.</exception>
    public Task<string> OpenFlowAsync(string bridge, string command, IReadOnlyList<string> arguments, string input, CancellationToken cancellation) =>
        RunAsync("ovs-ofctl", $"ovs-ofctl {command} {bridge}", ["-O", "OpenFlow15", command, $"unix:{Folder}/{bridge}.mgmt", .. arguments], input, cancellation);

    private async Task<string> RunAsync(string program, string what, IReadOnlyList<string> arguments, string input, CancellationToken cancellation)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ending.CancelAfter(Limit + _grace);
        ProcessStartInfo start = new(program, [string.Create(CultureInfo.InvariantCulture, $"--timeout={Math.Max(1, (int)Limit.TotalSeconds)}"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Started(start);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(ending.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(ending.Token);
            await WriteAsync(process, input, ending.Token);
            await process.WaitForExitAsync(ending.Token);
            return process.ExitCode switch
            {
                0 => await output,
                EndedByAlarm => throw TooSlow(what),
                int status => throw new DriverException($"{what} ended with status {status}: {ReasonIn(await errors)}"),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TooSlow(what);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private DriverException TooSlow(string what) => new($"{what} had no answer within {Limit.TotalSeconds:0} s. Open vSwitch runs, but does not speak.");

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new DriverException($"{start.FileName} cannot be run: {failure.Message}. It is part of Open vSwitch (Debian package openvswitch-switch).", failure);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that ends before it has read everything says why.
        }
    }

    // Both programs also write notes for their developers there.
    private static string ReasonIn(string errors)
    {
        string reason = string.Join(' ', errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.Contains("|INFO|", StringComparison.Ordinal)));
        return reason.Length > LongestReason ? reason[..LongestReason] + " ..." : reason;
    }
}
