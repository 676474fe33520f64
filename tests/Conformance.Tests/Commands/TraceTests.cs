using System.Runtime.CompilerServices;
using System.Text.Json;
using NetworkingSfc.Conformance.Tests.Dissection;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tracing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc trace start</c> against a server whose forwarder runs in this process, with ports in memory.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private const string State = """
        {"networks": [{"name": "n"}],
         "ports": [{"name": "src", "network_id": "n", "mac_address": "02:00:00:00:00:01"}, {"name": "fw-in", "network_id": "n", "mac_address": "02:00:00:00:00:02", "device_id": "f"},
                   {"name": "fw-out", "network_id": "n", "mac_address": "02:00:00:00:00:03", "device_id": "f"}, {"name": "dst", "network_id": "n", "mac_address": "02:00:00:00:00:04"}],
         "port_pairs": [{"name": "fw", "ingress": "fw-in", "egress": "fw-out", "service_function_parameters": {"correlation": "nsh"}}],
         "port_pair_groups": [{"name": "g", "port_pairs": ["fw"]}],
         "flow_classifiers": [{"name": "c", "protocol": "udp", "ethertype": "IPv4", "logical_source_port": "src"}],
         "port_chains": [{"name": "web", "port_pair_groups": ["g"], "flow_classifiers": ["c"], "chain_parameters": {"correlation": "nsh"}, "chain_id": 7}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ForwarderDriver _driver = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly DriverSet _drivers;
    private readonly WorkerGroup _workers;
    private readonly ControlHost _host;
    private readonly Dictionary<string, MemoryPort> _ports = [];

    public TraceTests()
    {
        _drivers = new DriverSet(_driver);
        _workers = new WorkerGroup(_driver.Snapshots, new WorkerGroupOptions { Workers = 2 });
        _driver.Watch(_workers.Workers);
        _driver.Trace(_workers);
        _host = ControlHost.Build(new ControlHostOptions
        {
            Listen = ListenAddress.Parse("127.0.0.1:0"),
            LogToConsole = false,
            Compile = _drivers.Compile,
            Publish = _drivers.Publish,
            Drivers = _drivers,
            Forwarder = _driver,
            Traced = new Announced(_driver, _begun),
        });
    }

    public async ValueTask InitializeAsync()
    {
        _workers.Start();
        await _host.StartAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(_folder.File("state.json"), State);
        (await RunAsync("apply", _folder.File("state.json"))).Good();
        foreach (Control.Ports.Port port in _host.Current.Ports.AsEnumerable())
        {
            MemoryPort opened = (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string>());
            _ports.Add(port.Name, opened);
            _workers.Attach(_driver.Current.Numbers.Ports[port.Id], opened, _workers.Place(opened));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _drivers.DisposeAsync();
        _workers.Dispose();
        _begun.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_crossing_is_told_with_names_and_written_as_a_capture_with_comments()
    {
        string capture = _folder.File("trace.pcapng");
        Task<CommandRun> run = RunAsync("trace", "start", "--filter", "chain=web dport=2000", "--count", "2", "--output", capture);
        byte[] frame = Datagram(2000);
        Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "The trace has not begun.");
        byte[] atFunction = Cross("src", "fw-in", frame);
        atFunction[14 + 7]--;
        Cross("fw-out", "dst", atFunction);
        string output = (await run).Good().Output;

        Assert.Contains("#1 in src, chain web (SPI 7) hop 1 of 1: fw, out fw-in with NSH 7/255, ", output, StringComparison.Ordinal);
        Assert.Contains("in fw-out with NSH 7/254, chain web (SPI 7) behind its 1 hops: out dst, ", output, StringComparison.Ordinal);
        Assert.EndsWith("2 packets were traced. 2 recorded.\n", output, StringComparison.Ordinal);
        Tshark.Require();
        string[][] rows = Tshark.Fields(File.ReadAllBytes(capture), "frame.interface_name", "frame.comment", "nsh.si");
        Assert.Equal(["src", "fw-in", "fw-out", "dst"], rows.Select(row => row[0]));
        Assert.Equal(["", "255", "254", ""], rows.Select(row => row[2]));
        Assert.All(rows[..2], row => Assert.Equal(output.Split('\n')[0], row[1]));
    }

    [Fact]
    public async Task Drops_are_told_with_their_reason_in_json_too()
    {
        Task<CommandRun> run = RunAsync("trace", "start", "--filter", "port=fw-out", "--count", "1", "--json");
        while (!run.IsCompleted)
        {
            byte[] frame = new PacketBuilder().Ethernet("02:00:00:00:99:99").Nsh(spi: 7, si: 99).Append(new PacketBuilder().Ethernet()).Payload(60).Build();
            _ports["fw-out"].Inject(0, frame, frame.Length);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        string[] lines = (await run).Good().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement record = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(("drop", "unknown_path"), (record.GetProperty("verdict").GetString(), record.GetProperty("drop_reason").GetString()));
        Assert.Equal(99, record.GetProperty("received").GetProperty("nsh").GetProperty("si").GetInt32());
        Assert.Equal(1, JsonDocument.Parse(lines[1]).RootElement.GetProperty("end").GetProperty("packets").GetInt32());
    }

    [Theory]
    [InlineData("color=red")]
    [InlineData("src=10.0.0.0/33")]
    [InlineData("proto=carrier-pigeon")]
    [InlineData("dport=90-80")]
    [InlineData("port=nobody")]
    [InlineData("chain=nobody")]
    [InlineData("src=10.0.0.1 dst=::1")]
    public async Task What_is_no_filter_is_refused_with_what_would_be(string filter) =>
        (await RunAsync("trace", "start", "--filter", filter)).Refused(
            $"sfc trace start: '{filter}' is not possible in the filter of a trace. Accepted are src=PREFIX, dst=PREFIX, proto=tcp|udp|sctp|icmp|icmpv6 or a number, "
            + "sport=PORT or FIRST-LAST, dport= likewise, port=NAME or id of the port it comes in at, chain=NAME or id of a port chain, with spaces between, each once.");

    [Fact]
    public async Task A_second_trace_is_refused_and_one_whose_client_left_is_not_in_the_way()
    {
        using (HttpClient client = new() { BaseAddress = _host.Address })
        using (HttpRequestMessage request = new(HttpMethod.Post, "v2.0/sfc/trace") { Content = new StringContent("""{"trace": {"count": 1}}""") })
        {
            using HttpResponseMessage running = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(running.IsSuccessStatusCode);
            CommandRun second = await RunAsync("trace", "start", "--seconds", "0.1");
            Assert.Equal(1, second.Status);
            Assert.Contains("one trace at a time is accepted", second.Error, StringComparison.Ordinal);
        }

        CommandRun next;
        do
        {
            next = await RunAsync("trace", "start", "--seconds", "0.1");
        }
        while (next.Error.Contains("one trace at a time", StringComparison.Ordinal));

        Assert.Equal("The trace ended after 0 s. 0 recorded.\n", next.Good().Output);
    }

    private static byte[] Datagram(ushort port) =>
        new PacketBuilder().Ethernet("02:00:00:00:00:04", "02:00:00:00:00:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, port).Payload(40).Build();

    private byte[] Cross(string from, string to, byte[] frame)
    {
        _ports[from].Inject(0, frame, frame.Length);
        byte[] buffer = new byte[4_096];
        int length = 0;
        Assert.True(SpinWait.SpinUntil(() => _ports[to].TryTake(0, buffer, out length), TimeSpan.FromSeconds(30)), $"Nothing came out of {to}.");
        return buffer[..length];
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--server", _host.Address.ToString()]);

    // Says when a trace has begun.
    private sealed class Announced(ITracedForwarder forwarder, SemaphoreSlim begun) : ITracedForwarder
    {
        public CompiledState? State => forwarder.State;

        public async IAsyncEnumerable<TraceNews> TraceAsync(TraceRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (TraceNews news in forwarder.TraceAsync(request, cancellation))
            {
                begun.Release();
                yield return news;
            }
        }
    }
}
