using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers.OpenVswitch;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Sfc.Verify;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Drivers.OpenVswitch;

/// <summary>A private Open vSwitch, and states whose ports are on a bridge of it as Neutron would plug them.</summary>
internal sealed class BridgeRig : IDisposable
{
    public const string Bridge = "br-int";

    /// <summary>A chain through two unaware functions, one of them with two instances.</summary>
    public const string Chain = """
        "port_pairs": [{"name": "a", "ingress": "p3", "egress": "p4"}, {"name": "b", "ingress": "p5", "egress": "p6"}, {"name": "c", "ingress": "p7", "egress": "p8"}],
        "port_pair_groups": [{"name": "A", "port_pairs": ["a", "b"]}, {"name": "C", "port_pairs": ["c"]}],
        "flow_classifiers": [{"name": "web", "protocol": "tcp", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1"}],
        "port_chains": [{"name": "chain", "flow_classifiers": ["web"], "port_pair_groups": ["A", "C"]}]
        """;

    /// <summary>The same with one instance fewer.</summary>
    public const string SmallerChain = """
        "port_pairs": [{"name": "a", "ingress": "p3", "egress": "p4"}, {"name": "c", "ingress": "p7", "egress": "p8"}],
        "port_pair_groups": [{"name": "A", "port_pairs": ["a"]}, {"name": "C", "port_pairs": ["c"]}],
        "flow_classifiers": [{"name": "web", "protocol": "tcp", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1"}],
        "port_chains": [{"name": "chain", "flow_classifiers": ["web"], "port_pair_groups": ["A", "C"]}]
        """;

    /// <summary>A chain with many classifiers, each a range of ports that takes several flows.</summary>
    public static string WithClassifiers(int count) => $$"""
        "port_pairs": [{"name": "a", "ingress": "p3", "egress": "p4"}],
        "port_pair_groups": [{"name": "A", "port_pairs": ["a"]}],
        "flow_classifiers": [{{string.Join(",", Enumerable.Range(0, count).Select(n => string.Create(CultureInfo.InvariantCulture,
            $$"""{"name": "f{{n}}", "protocol": "udp", "source_ip_prefix": "10.1.{{n / 256}}.{{n % 256}}/32", "destination_port_range_min": 101, "destination_port_range_max": 114, "logical_source_port": "p1"}""")))}}],
        "port_chains": [{"name": "chain", "flow_classifiers": [{{string.Join(",", Enumerable.Range(0, count).Select(n => $"\"f{n}\""))}}], "port_pair_groups": ["A"]}]
        """;

    private const int PortCount = 8;
    private Process? _second;
    private SwitchPorts? _wires;

    public BridgeRig()
    {
        Require();
        Switch = PrivateSwitch.Start();
        Programs = new SwitchPrograms(Switch.Folder, TimeSpan.FromSeconds(20));
    }

    /// <summary>Skips the test by name where Open vSwitch is not installed.</summary>
    public static void Require() => Assert.SkipUnless(PrivateSwitch.Missing is null, $"{PrivateSwitch.Missing}; tools/test installs it");

    public PrivateSwitch Switch { get; }

    public SwitchPrograms Programs { get; }

    public OpenVswitchBridge Opened => new(Programs, Bridge);

    /// <summary>Compiles a state with eight ports p1 to p8, 10.0.0.1 to 10.0.0.8, 02:00:00:00:00:01 to :08.</summary>
    public static CompiledState Compile(string rest, long revision = 1)
    {
        string ports = string.Join(",", Enumerable.Range(1, PortCount).Select(n => string.Create(CultureInfo.InvariantCulture,
            $$"""{"name": "p{{n}}", "network_id": "net", "device_id": "vm", "mac_address": "02:00:00:00:00:0{{n}}", "fixed_ips": [{"ip_address": "10.0.0.{{n}}"}]}""")));
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes($$"""{"networks": [{"name": "net"}], "ports": [{{ports}}], {{rest}}}"""));
        Assert.True(reading.Document is not null, string.Join("\n", reading.Errors));
        CompiledState? state = SnapshotCompiler.Compile(reading.Document.Resources with { Revision = revision }, previous: null, generation: 1, out ImmutableArray<ApiProblem> problems);
        Assert.True(state is not null, string.Join("\n", problems));
        return state;
    }

    /// <summary>Adds the bridge with the ports of a state, named as Neutron names them to the switch.</summary>
    public void AddBridge(CompiledState state)
    {
        Switch.AddBridge(Bridge, state.Resources.Ports.Select(port => new SwitchPort(port.Name, NumberOf(port))));
        foreach (Port port in state.Resources.Ports)
        {
            Switch.Configure("set", "interface", port.Name, $"external_ids:iface-id={port.Id}");
        }
    }

    /// <summary>Makes the bridge, installs a state in the fixed dialect, and opens the ports.</summary>
    public async Task InstallAsync(string rest)
    {
        CompiledState state = Compile(rest);
        AddBridge(state);
        OpenFlowProgram program = OpenFlowRenderer.Render(state, await Opened.ReadLayoutAsync(TestContext.Current.CancellationToken), FlowDialect.Fixed);
        Assert.Empty(program.NotRendered);
        await Opened.InstallAsync(program, TestContext.Current.CancellationToken);
        _wires = new SwitchPorts(Switch, state.Resources.Ports.Select(port => new SwitchPort(port.Name, NumberOf(port))));
    }

    /// <summary>Lets a frame come in at a port.</summary>
    /// <returns>What the bridge sent: name of the port, and the frame.</returns>
    public IReadOnlyList<(string Port, byte[] Frame)> Send(string port, PacketBuilder frame) =>
        [.. _wires!.Receive(new SwitchPort(port, 0), frame.Build()).Select(sent => (sent.Port.Name, sent.Frame))];

    /// <summary>OpenFlow number of a port of a state.</summary>
    public static int NumberOf(Port port) => 100 + int.Parse(port.Name[1..], CultureInfo.InvariantCulture);

    /// <summary>What the bridge holds, flows and groups, one per line, without counters.</summary>
    public IReadOnlyList<string> Held() =>
    [
        .. Lines(Switch.OpenFlow(Bridge, "dump-flows", "--no-stats")),
        .. Lines(Switch.OpenFlow(Bridge, "dump-groups")),
    ];

    /// <summary>Ends the switch and starts another one over the same database: all its flows are gone.</summary>
    public void RestartSwitch()
    {
        using (UnixctlClient control = new(Switch.ControlSocket))
        {
            control.Ask(["exit"]);
        }

        Await(() => !File.Exists(Switch.ControlSocket));
        ProcessStartInfo start = new("/usr/sbin/ovs-vswitchd",
        [
            "-vconsole:off", "-vsyslog:off", $"unix:{Switch.Folder}/db.sock", "--enable-dummy=override", "--disable-system", "--disable-system-route",
            $"--unixctl={Switch.ControlSocket}", $"--log-file={Switch.Folder}/second.log",
        ]);
        foreach (string name in new[] { "OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR" })
        {
            start.Environment[name] = Switch.Folder;
        }

        _second = Process.Start(start);
        Await(() => File.Exists(Switch.ControlSocket));
    }

    /// <summary>Waits for something that takes a moment, 20 s at most.</summary>
    public static void Await(Func<bool> isSo)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "It did not come.");
            Thread.Sleep(TimeSpan.FromMilliseconds(20));
        }
    }

    public void Dispose()
    {
        _wires?.Dispose();
        _second?.Kill();
        _second?.Dispose();
        Switch.Dispose();
    }

    private static IEnumerable<string> Lines(string dump) =>
        dump.Split('\n').Where(line => line.StartsWith(' ')).Select(line => line.Trim()).Order(StringComparer.Ordinal);
}
