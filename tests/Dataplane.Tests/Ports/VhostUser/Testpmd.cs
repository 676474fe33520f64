using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>
/// DPDK's test program as the guest of a vhost-user port, by its virtio-user driver. It needs no huge pages and nothing
/// of the host: its files are in a directory of the test.
/// </summary>
internal sealed partial class Testpmd : IDisposable
{
    private const string Program = "dpdk-testpmd";
    private const string Prompt = "testpmd> ";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<string?> _unavailable = new(FindObstacle);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _complaints = new();

    /// <summary>Starts it. Where it listens, it waits for the port before anything else.</summary>
    /// <param name="directory">For its files.</param>
    /// <param name="path">Path of the socket.</param>
    /// <param name="listens">Whether it listens there; else it connects.</param>
    /// <param name="queues">Pairs of queues.</param>
    /// <param name="options">What it does with frames, and other options of the application.</param>
    public Testpmd(string directory, string path, bool listens, int queues, params string[] options)
    {
        // Threads on any CPU: on a machine with two, fixed ones would stand on the toes of the test's own.
        // It must not keep back what it prints (-o0), because a prompt says that an answer is complete.
        string[] arguments =
        [
            "-o0", Program, "--lcores", "0@(0-1),1@(0-1)", "--no-huge", "--no-telemetry", "--no-shconf", "-m", "256", "--no-pci", "--log-level=4", "--single-file-segments",
            "--vdev", $"net_virtio_user0,path={path},queues={queues},queue_size=256{(listens ? ",server=1" : "")}",
            "--", "-i", $"--rxq={queues}", $"--txq={queues}", "--total-num-mbufs=16384", .. options,
        ];
        ProcessStartInfo start = new("stdbuf", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RUNTIME_DIRECTORY"] = directory;
        _process = Process.Start(start)!;
        Collect(_process.StandardOutput, _output);
        Collect(_process.StandardError, _complaints);
    }

    /// <summary>Why it cannot be started, for the reason of a skipped test; or null.</summary>
    public static string? Unavailable => _unavailable.Value;

    /// <summary>Waits until it takes commands.</summary>
    public void AwaitPrompt() => AwaitPrompt(0);

    /// <summary>Gives a command.</summary>
    /// <returns>What it prints.</returns>
    public string Command(string command)
    {
        int before = Output().Length;
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return AwaitPrompt(before);
    }

    /// <summary>Stops forwarding.</summary>
    /// <returns>Frames that it received and sent since it was started to.</returns>
    public (long Received, long Sent) Stop()
    {
        Match total = Totals().Match(Command("stop"));
        return (long.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(total.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static string? FindObstacle()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, ["--no-huge", "--help"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{Program} is not installed: apt-get install dpdk-dev";
        }
    }

    [GeneratedRegex(@"\+ Accumulated forward statistics.*?RX-packets: (\d+).*?TX-packets: (\d+)", RegexOptions.Singleline)]
    private static partial Regex Totals();

    private string AwaitPrompt(int before)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < _patience && !_process.HasExited)
        {
            string output = Output();
            if (output.Length > before && output.EndsWith(Prompt, StringComparison.Ordinal))
            {
                return output[before..];
            }

            Thread.Sleep(5);
        }

        throw new InvalidOperationException($"{Program} does not answer:\n{Output()}\n{Text(_complaints)}");
    }

    private string Output() => Text(_output);

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
}
