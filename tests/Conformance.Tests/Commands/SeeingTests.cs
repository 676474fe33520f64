using System.Diagnostics;
using System.Text.Json;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Dataplane.Ports.PcapFile;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary><c>sfc status</c> and <c>sfc top</c> of a server with a forwarder, or without.</summary>
public sealed class SeeingTests : IAsyncLifetime
{
    // Fewer than one worker hands to another at once.
    private const int Frames = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ForwarderDriver _driver = new();
    private readonly LocalForwarder _forwarder;
    private readonly DriverSet _drivers;
    private readonly ControlHost _host;

    public SeeingTests()
    {
        _drivers = new DriverSet(_driver);
        _forwarder = new LocalForwarder(_driver, new WorkerGroupOptions { Workers = 2 });
        _host = ControlHost.Build(new ControlHostOptions
        {
            Listen = ListenAddress.Parse("127.0.0.1:0"),
            LogToConsole = false,
            Compile = _drivers.Compile,
            Publish = _drivers.Publish,
            Drivers = _drivers,
            Forwarder = _driver,
        });
    }

    public async ValueTask InitializeAsync() => await _host.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _forwarder.Dispose();
        await _drivers.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Status_tells_what_is_up_and_why_the_rest_is_not()
    {
        await ApplyAsync(isSending: false);
        string text = "";
        for (int look = 0; look < 500 && !text.Contains("failed", StringComparison.Ordinal); look++)
        {
            text = (await RunAsync("status")).Table();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.StartsWith($"server      {Address}, since 20", text, StringComparison.Ordinal);
        Assert.Contains($"\nrevision    {_host.Current.Revision}\ngeneration  {_driver.Published} wanted, {_driver.Published} used\nforwarder   up since 20", text, StringComparison.Ordinal);
        Assert.Matches(@"\n +f +up +20", text);
        Assert.Matches(@"\n +lost +failed +20.*The capture", text);
        Assert.Contains("received 0, sent 0, generated 0, dropped 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("group_empty", text, StringComparison.Ordinal);

        JsonElement json = (await RunAsync("status", "--json")).Json();
        Assert.Equal(("up", 3), (json.GetProperty("forwarder").GetProperty("state").GetString(), json.GetProperty("ports").GetArrayLength()));
    }

    [Fact]
    public async Task Top_tells_what_moves_in_each_interval()
    {
        await ApplyAsync(isSending: false);
        using Process top = StartTop("--interval", "0.2", "--json");
        _ = await LineAsync(top, "{");

        // The port begins to send while the program looks; an interval may end while it does.
        await ApplyAsync(isSending: true);
        double[] moved = new double[4];
        List<JsonElement> busy = [];
        for (int look = 0; look < 500 && moved[^1] < Frames - 0.5; look++)
        {
            JsonElement rates = JsonDocument.Parse(await LineAsync(top, "{")).RootElement;
            double seconds = rates.GetProperty("seconds").GetDouble();
            JsonElement chain = rates.GetProperty("chains")[0];
            JsonElement[] places = [chain.GetProperty("entered"), chain.GetProperty("hops")[0].GetProperty("members")[0].GetProperty("steered"),
                rates.GetProperty("ports")[1].GetProperty("received"), rates.GetProperty("ports")[0].GetProperty("sent")];
            for (int place = 0; place < places.Length; place++)
            {
                moved[place] += places[place].GetProperty("packets").GetDouble() * seconds;
            }

            Assert.Equal("c", chain.GetProperty("name").GetString());
            Assert.Equal(2, rates.GetProperty("workers").GetArrayLength());
            foreach (JsonElement worker in rates.GetProperty("workers").EnumerateArray())
            {
                if (worker.GetProperty("packets").GetDouble() > 0)
                {
                    busy.Add(worker);
                }
                else
                {
                    Assert.Equal(JsonValueKind.Null, worker.GetProperty("batch_fill").ValueKind);
                }
            }

            Assert.Empty(rates.GetProperty("dropped").EnumerateObject());
        }

        top.Kill();
        Assert.All(moved, frames => Assert.Equal(Frames, frames, 3));
        Assert.NotEmpty(busy);
        Assert.All(busy, worker =>
        {
            Assert.InRange(worker.GetProperty("batch_fill").GetDouble(), 1, 64);
            Assert.InRange(worker.GetProperty("nanoseconds_per_packet").GetDouble(), 1, 1e9);
            Assert.True(worker.GetProperty("busy_share").GetDouble() > 0);
        });
    }

    [Fact]
    public async Task Top_prints_what_is_dropped_in_tables_that_fit()
    {
        using Process top = StartTop("--interval", "0.2");
        _ = await LineAsync(top, "forwarder up");
        await ApplyAsync(isSending: true, members: "");
        Assert.Matches("^ +[0-9.k]+ +group_empty$", await LineAsync(top, "group_empty"));
        top.Kill();
        string text = (await RunAsync("top", "--once", "--interval", "0.1")).Table();
        Assert.Matches(@"^20.*Z, 0\.[1-9]+ s, forwarder up, generation [0-9]+\n", text);
        Assert.Matches(@"\n +worker +packets/s +busy +batch fill +ns/packet +~cycles +largest gap\n", text);
        Assert.Matches(@"\n +port +state +in packets/s +in bits/s +out packets/s +out bits/s\n", text);
        Assert.Matches(@"\n +chain +hop +member +packets/s +bits/s\n", text);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("3601")]
    public async Task An_interval_that_is_none_is_wrong_usage(string interval) =>
        (await RunAsync("top", "--once", "--interval", interval)).Misused("Accepted are seconds from 0.1 to 3600.");

    [Fact]
    public async Task A_server_that_is_no_such_server_is_refused()
    {
        using StateServer other = new("{}", 1);
        (await CommandRun.OfAsync("status", "--server", other.Address)).Refused(
            $"sfc status: The server at {other.Address} answered something else than its status; is it the control API of a forwarder?");
        (await CommandRun.OfAsync("top", "--once", "--server", "unix:/nonexistent/s")).Refused(
            "sfc top: The server at unix:/nonexistent/s cannot be reached: There is no such socket.");
    }

    private string Address => _host.ListeningOn;

    private Process StartTop(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sfc"), ["top", "--server", Address, .. arguments]) { RedirectStandardOutput = true })!;

    private static async Task<string> LineAsync(Process process, string part)
    {
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken);
            Assert.True(line is not null, $"It ended before it said '{part}'.");
            Assert.True(part == "{" || line.Length <= 100, line);
        }
        while (!line.Contains(part, StringComparison.Ordinal));
        return line;
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--server", Address]);

    private async Task ApplyAsync(bool isSending, string members = "\"p\"")
    {
        string source = _folder.File("source.pcap");
        using (ClassicPcapWriter writer = ClassicPcapWriter.Create(source))
        {
            byte[] frame = new PacketBuilder().Ethernet("02:00:00:00:00:99", "02:00:00:00:aa:01").Ipv4("10.0.0.1", "10.0.0.4").Udp(1000, 2000).Payload(40).Build();
            for (int place = 0; place < Frames; place++)
            {
                Assert.True(writer.TryWrite(0, frame, frame.Length));
            }
        }

        string state = _folder.File("state.json", $$$"""
            {"networks": [{"name": "n"}],
             "ports": [{"name": "f", "network_id": "n", "device_id": "f", {{{Capture("output", _folder.File("function.pcap"))}}} },
                       {"name": "s", "network_id": "n"{{{(isSending ? ", " + Capture("input", source) : "")}}} },
                       {"name": "lost", "network_id": "n", {{{Capture("input", "none.pcap")}}} }],
             "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": [{{{members}}}]}],
             "flow_classifiers": [{"name": "c", "logical_source_port": "s", "ethertype": "IPv4"}],
             "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
            """);
        _ = (await RunAsync("apply", state)).Good();
    }

    private static string Capture(string setting, string file) => $$"""
        "binding:vif_type": "other", "binding:vif_details": {"kind": "pcap-file", "{{setting}}": "{{file}}"}
        """;
}
