using System.Diagnostics;
using System.Net.Http.Headers;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Telemetry;

/// <summary>
/// The API over a forwarder of either form: in the process of the API, or at the other end of a socket, where both may go and
/// come back. Frames come from a capture into a chain of one function, whose port writes another.
/// </summary>
internal sealed class SeenServer : IAsyncDisposable
{
    public const int Frames = 5;
    public const int FrameBytes = 14 + 20 + 8 + 40;

    /// <summary>A name in which everything that needs escapes stands.</summary>
    public const string Name = "a\"b\\c ü";

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStateStore _store = new(ResourceSet.Empty);
    private readonly bool _isRemote;
    private ForwardProcess? _process;
    private LocalForwarder? _local;
    private DriverSet? _drivers;

    private SeenServer(bool isRemote) => _isRemote = isRemote;

    public ControlHost Host { get; private set; } = null!;

    public ApiClient Client { get; private set; } = null!;

    public string State => $$$"""
        {"revision": 50, "networks": [{"name": "n"}],
         "ports": [{"name": "f", "network_id": "n", "device_id": "f", {{{Capture("output", "function.pcap")}}}},
                   {"name": "s", "network_id": "n", {{{Capture("input", "source.pcap")}}}},
                   {"name": "lost", "network_id": "n", {{{Capture("input", "none.pcap")}}}},
                   {"name": "plain", "network_id": "n"}],
         "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "flow_classifiers": [{"name": "c", "logical_source_port": "s", "ethertype": "IPv4"}],
         "port_chains": [{"name": "a\"b\\c ü", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """;

    private string SocketPath => _folder.File("forward.sock");

    /// <summary>Starts both, with a state that lets frames through, unless there is no forwarder yet.</summary>
    public static async Task<SeenServer> StartAsync(bool isRemote, bool isForwarding = true)
    {
        SeenServer server = new(isRemote);
        server.WriteFrames();
        if (isRemote && isForwarding)
        {
            server.StartForwarder();
        }

        await server.StartControlAsync();
        await server.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", server.State);
        return server;
    }

    public void StartForwarder() => _process = ForwardProcess.Start(
        new ForwardOptions { SocketPath = SocketPath, StateDirectory = _folder.Path, Workers = new WorkerGroupOptions { Workers = 2 }, Capacity = new CounterCapacity(64, 8, 8) }, _ => { });

    public async Task StopForwarderAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    public async Task StartControlAsync()
    {
        FollowingDriver? following = _isRemote ? RemoteForwarder.Follow(SocketPath, _ => { }) : null;
        ForwarderDriver? driver = _isRemote ? null : new ForwarderDriver();
        RemoteForwarder? remote = (RemoteForwarder?)following?.Target;
        _drivers = new DriverSet(following is null ? driver! : following) { Numbers = remote is null ? StableNumbers.None : await remote.NumbersAsync() };
        _local = driver is null ? null : new LocalForwarder(driver, new WorkerGroupOptions { Workers = 2 });
        Host = await TestHost.StartAsync(new ControlHostOptions
        {
            Store = _store,
            Compile = _drivers.Compile,
            Publish = _drivers.Publish,
            Drivers = _drivers,
            Forwarder = remote is null ? driver! : remote,
        });
        Client = new ApiClient(Host);
    }

    public async Task StopControlAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        _local?.Dispose();
        await _drivers!.DisposeAsync();
    }

    /// <summary>Reads the metrics.</summary>
    public async Task<MetricsParser> MetricsAsync()
    {
        (int status, string text, MediaTypeHeaderValue type) = await TextAsync("/metrics");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (status, type.ToString()));
        return MetricsParser.Parse(text);
    }

    /// <summary>Reads the metrics until they are as they should be.</summary>
    public async Task<MetricsParser> MetricsAsync(Func<MetricsParser, bool> condition)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            MetricsParser metrics = await MetricsAsync();
            if (condition(metrics))
            {
                return metrics;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), string.Join('\n', metrics.Samples.Where(sample => sample.Value != 0)));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Asks for something that is no JSON.</summary>
    public async Task<(int Status, string Text, MediaTypeHeaderValue Type)> TextAsync(string path)
    {
        using HttpClient client = new() { BaseAddress = Host.Address };
        using HttpResponseMessage response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Content.Headers.ContentType!);
    }

    /// <summary>Waits for a status of a path, and gives what is said then.</summary>
    public async Task<string> UntilAsync(string path, int status)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            (int got, string text, _) = await TextAsync(path);
            if (got == status)
            {
                return text;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), text);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopControlAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Capture(string setting, string file) =>
        $$"""
        "binding:vif_type": "other", "binding:vif_details": {"kind": "pcap-file", "{{setting}}": "{{_folder.File(file)}}"}
        """;

    private void WriteFrames()
    {
        using ClassicPcapWriter writer = ClassicPcapWriter.Create(_folder.File("source.pcap"));
        byte[] frame = new PacketBuilder().Ethernet("02:00:00:00:00:99", "02:00:00:00:aa:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40).Build();
        for (int place = 0; place < Frames; place++)
        {
            Assert.True(writer.TryWrite(0, frame, frame.Length));
        }
    }
}
