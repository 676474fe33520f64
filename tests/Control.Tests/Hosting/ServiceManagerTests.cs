using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>
/// Both roles under a service manager played by the test: the socket and times it gives them, the signals it sends, and the
/// capability sets of the units in <c>tools/Package</c>.
/// </summary>
public sealed class ServiceManagerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceManagerTests() => _manager.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("control")]
    [InlineData("forward")]
    public async Task Is_ready_alive_reloaded_and_stopped_as_the_manager_asks(string role)
    {
        using ServerProcess process = await StartAsync(role);

        Assert.StartsWith($"READY=1\nSTATUS={process.Ready}", await HearAsync(), StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", await HearAsync());
        Assert.Equal("WATCHDOG=1", await HearAsync());
        await process.SignalAsync("HUP");
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await HearAsync(but: "WATCHDOG=1"), StringComparison.Ordinal);
        Assert.StartsWith("READY=1", await HearAsync(but: "WATCHDOG=1"), StringComparison.Ordinal);
        await process.SignalAsync("TERM");
        Assert.Equal("STOPPING=1", await HearAsync(but: "WATCHDOG=1"));
        Assert.Equal(0, (await process.EndAsync()).Status);
    }

    [Theory]
    [InlineData("control")]
    [InlineData("forward")]
    public async Task Runs_with_the_capabilities_of_its_unit_and_no_other(string role)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give up capabilities: run as root");
        string[] unit = SetOf(role, "CapabilityBoundingSet");
        Assert.Equal(unit, SetOf(role, "AmbientCapabilities"));
        ulong expected = unit.Aggregate(0UL, (set, name) => set | (1UL << NumberOf(name)));

        using ServerProcess process = await StartAsync(role, unit);

        foreach (string thread in Directory.GetDirectories($"/proc/{process.Id}/task"))
        {
            string[] lines = await File.ReadAllLinesAsync(Path.Combine(thread, "status"), TestContext.Current.CancellationToken);
            Assert.Equal([expected, expected, expected], new[] { "CapPrm", "CapEff", "CapBnd" }.Select(name => ulong.Parse(
                lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        await process.SignalAsync("TERM");
        Assert.Equal(0, (await process.EndAsync()).Status);
    }

    private static string[] SetOf(string role, string setting) =>
        File.ReadLines(Path.Combine(Repository.Root, "tools", "Package", $"sfc-{role}.service"))
            .Single(line => line.StartsWith(setting + '=', StringComparison.Ordinal))[(setting.Length + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // capabilities(7)
    private static int NumberOf(string name) => name switch
    {
        "CAP_NET_ADMIN" => 12,
        "CAP_NET_RAW" => 13,
        "CAP_IPC_LOCK" => 14,
        _ => throw new ArgumentException($"A unit asks for {name}, which the forwarder is not known to need.", nameof(name)),
    };

    private async Task<string> HearAsync(string? but = null)
    {
        byte[] buffer = new byte[1_024];
        while (true)
        {
            int length = await _manager.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience);
            string message = Encoding.UTF8.GetString(buffer, 0, length);
            if (message != but)
            {
                return message;
            }
        }
    }

    private Task<ServerProcess> StartAsync(string role, params string[]? capabilities)
    {
        string configuration = _folder.File("sfc.toml");
        File.WriteAllText(configuration, $"""
            [control]
            listen = "127.0.0.1:0"
            data = ":memory:"
            forwarder-socket = "{_folder.File("forward.sock")}"
            [forward]
            socket = "{_folder.File("forward.sock")}"
            state-dir = "{_folder.Path}"
            """);
        return ServerProcess.StartAsync(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _folder.File("notify"), ["WATCHDOG_USEC"] = "1000000" },
            capabilities, role, "--config", configuration);
    }
}
