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
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("testpmd-");
    private readonly StringBuilder _output = new();

    private DpdkTestpmd(IEnumerable<string> devices, IEnumerable<string> options)
    {
        ProcessStartInfo start = new(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["RUNTIME_DIRECTORY"] = _folder.FullName;
        foreach (string argument in (string[])
        [
            "--lcores", "0@0-1,1@0-1", "--no-huge", "-m", "256", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=4",
            .. devices.Select(device => $"--vdev={device}"),
            "--", "--forward-mode=io", "--total-num-mbufs=16384", "--auto-start", "--no-flush-rx", "-i", .. options,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Append;
        _process.ErrorDataReceived += Append;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Skips the test when it is not there; tools/test installs it.</summary>
    public static void Require() =>
        Assert.SkipUnless(File.Exists(Program), "dpdk-testpmd is not installed (Debian package dpdk-dev; tools/test installs it)");

    /// <summary>Starts it, returning every frame to the queue it came from.</summary>
    /// <param name="devices">Its ports, as of --vdev.</param>
    /// <param name="options">More options of testpmd.</param>
    public static DpdkTestpmd Start(IEnumerable<string> devices, params IEnumerable<string> options) => new(devices, options);

    /// <summary>Everything it has written.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Whether it runs; when not, its output tells why.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends it and gives what its port has received and sent in its own count.</summary>
    public (long Received, long Sent) Stop()
    {
        _process.StandardInput.WriteLine("stop");
        _process.StandardInput.WriteLine("quit");
        Assert.True(_process.WaitForExit(_patience), Output);
        _process.WaitForExit();
        Match counted = ForwardStatistics().Match(Output);
        Assert.True(counted.Success, Output);
        return (long.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(counted.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Append(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }

    [GeneratedRegex(@"Accumulated forward statistics.*?RX-packets:\s*(\d+).*?TX-packets:\s*(\d+)", RegexOptions.Singleline)]
    private static partial Regex ForwardStatistics();
}
