using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
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

    [Fact]
    public async Task The_forward_role_is_ready_when_its_ports_have_been_tried_and_says_how_many_are_up()
    {
        using RoleProcesses roles = new();
        string capture = _folder.File("in.pcap");
        await roles.LeaveBehindAsync(JsonNode.Parse($$$"""
            {"revision": 7, "networks": [{"name": "n"}], "ports": [
              {"name": "a", "network_id": "n", "binding:vif_type": "other", "binding:vif_details": {"kind": "memory"}},
              {"name": "b", "network_id": "n", "device_id": "b", "binding:vif_type": "other", "binding:vif_details": {"kind": "pcap-file", "output": "{{{_folder.File("out.pcap")}}}"}},
              {"name": "c", "network_id": "n", "binding:vif_type": "other", "binding:vif_details": {"kind": "pcap-file", "input": "{{{capture}}}"}}],
             "port_pairs": [{"name": "p", "ingress": "b", "egress": "b"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
             "flow_classifiers": [{"name": "f", "logical_source_port": "a"}], "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["f"]}]}
            """)!);
        roles.Variables["NOTIFY_SOCKET"] = _folder.File("notify");
        roles.Variables["WATCHDOG_USEC"] = "1000000";

        using ServerProcess forward = await roles.ForwardAsync();

        Assert.Equal($"READY=1\nSTATUS=Forwarding generation 7, orders at unix:{roles.SocketPath}; 2 of 3 ports up", await HearAsync());
        File.Copy(Path.Combine(Repository.Root, "tests", "data", "office-mixed.pcap"), capture);
        Assert.Equal($"STATUS=Forwarding generation 7, orders at unix:{roles.SocketPath}; 3 of 3 ports up", await HearAsync(but: "WATCHDOG=1"));
        await RoleProcesses.KillAsync(forward);
    }

    [Theory]
    [InlineData("control")]
    [InlineData("forward")]
    public async Task Is_started_again_however_often_but_not_with_a_configuration_that_cannot_be_used(string role)
    {
        string[] unit = await File.ReadAllLinesAsync(UnitOf(role), TestContext.Current.CancellationToken);
        Assert.Contains("StartLimitIntervalSec=0", unit.TakeWhile(line => line != "[Service]"));
        string never = unit.Single(line => line.StartsWith("RestartPreventExitStatus=", StringComparison.Ordinal))["RestartPreventExitStatus=".Length..];

        foreach (string file in new[] { _folder.File("wrong.toml", $"[{role}]\nwrong = 1\nworse = 2\n"), _folder.File("nosuch.toml") })
        {
            (int status, _, string error) = await ServerProcess.RunAsync(role, "--config", file);
            Assert.Equal(never, status.ToString(CultureInfo.InvariantCulture));
            Assert.Contains(file, error, StringComparison.Ordinal);
        }
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
        File.ReadLines(UnitOf(role))
            .Single(line => line.StartsWith(setting + '=', StringComparison.Ordinal))[(setting.Length + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string UnitOf(string role) => Path.Combine(Repository.Root, "tools", "Package", $"sfc-{role}.service");

    // capabilities(7)
    private static int NumberOf(string name) => name switch
    {
        "CAP_NET_ADMIN" => 12,
        "CAP_NET_RAW" => 13,
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
