using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>DPDK's testpmd as the peer of a port, without huge pages and without a trace outside of its own folder.</summary>
internal sealed partial class DpdkTestpmd : IDisposable
{
    private const string Program = "/usr/bin/dpdk-testpmd";
    private const string Prompt = "testpmd> ";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("testpmd-");
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _complaints = new();

    /// <summary>Starts it. A port that listens may hold it up until somebody has connected.</summary>
    /// <param name="devices">Its ports, as of --vdev.</param>
    /// <param name="options">What it does with frames, and other options of the application.</param>
    public DpdkTestpmd(IEnumerable<string> devices, params IEnumerable<string> options)
    {
        // Threads on any CPU: on a machine with two, fixed ones would stand on the toes of the test's own.
        // It must not keep back what it prints (-o0), because a prompt says that an answer is complete.
        ProcessStartInfo start = new("stdbuf",
        [
            "-o0", Program, "--lcores", "0@(0-1),1@(0-1)", "--no-huge", "-m", "256", "--single-file-segments", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=4",
            .. devices.Select(device => $"--vdev={device}"),
            "--", "-i", "--total-num-mbufs=16384", .. options,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["RUNTIME_DIRECTORY"] = _folder.FullName;
        _process = Process.Start(start)!;
        Collect(_process.StandardOutput, _output);
        Collect(_process.StandardError, _complaints);
    }

    /// <summary>Skips the test when it is not there; tools/test installs it.</summary>
    public static void Require() =>
        Assert.SkipUnless(File.Exists(Program), "dpdk-testpmd is not installed (Debian package dpdk-dev; tools/test installs it)");

    /// <summary>Everything it has written, and how it ended when it has.</summary>
    public string Said => $"{Text(_output)}{Text(_complaints)}{(IsRunning ? "" : $"\ntestpmd has ended: {_process.ExitCode}")}";

    /// <summary>Whether it runs; when not, what it said tells why.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Waits until it takes commands.</summary>
    public void AwaitPrompt() => AwaitPrompt(0);

    /// <summary>Gives a command.</summary>
    /// <returns>What it prints.</returns>
    public string Command(string command)
    {
        int before = Text(_output).Length;
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return AwaitPrompt(before);
    }

    /// <summary>Stops forwarding.</summary>
    /// <returns>Frames that it received and sent since it was started to, in its own count.</returns>
    public (long Received, long Sent) Stop()
    {
        Match total = Totals().Match(Command("stop"));
        Assert.True(total.Success, Said);
        return (long.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(total.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"\+ Accumulated forward statistics.*?RX-packets: (\d+).*?TX-packets: (\d+)", RegexOptions.Singleline)]
    private static partial Regex Totals();

    private static string Text(StringBuilder collected)
    {
        lock (collected)
        {
            return collected.ToString();
        }
    }

    // What it complains of comes apart: in between, it would hide that the prompt is the last thing printed.
    private static void Collect(StreamReader reader, StringBuilder collected) => new Thread(() =>
    {
        char[] characters = new char[4_096];
        for (int count = reader.Read(characters); count > 0; count = reader.Read(characters))
        {
            lock (collected)
            {
                collected.Append(characters, 0, count);
            }
        }
    })
    { IsBackground = true }.Start();

    private string AwaitPrompt(int before)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < _patience && IsRunning)
        {
            string output = Text(_output);
            if (output.Length > before && output.EndsWith(Prompt, StringComparison.Ordinal))
            {
                return output[before..];
            }

            Thread.Sleep(5);
        }

        throw new InvalidOperationException($"testpmd does not answer:\n{Said}");
    }
}
