using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Drivers.Forwarder;

/// <summary>The API over a forwarder at the other end of a socket; either of them comes and goes.</summary>
public sealed class RemoteForwarderTests : IDisposable
{
    private const string State = """
        {"revision": 50, "networks": [{"name": "n"}],
         "ports": [{"name": "s", "network_id": "n"}, {"name": "gone", "network_id": "n"}, {"name": "f", "network_id": "n", "device_id": "f"}],
         "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "flow_classifiers": [{"name": "c", "logical_source_port": "s", "ethertype": "IPv4"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStateStore _store = new(ResourceSet.Empty);
    private readonly ConcurrentQueue<string> _notices = [];

    private string SocketPath => _folder.File("forward.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_change_is_answered_when_every_worker_of_the_forwarder_uses_it()
    {
        await using ForwardProcess forwarder = StartForwarder(workers: 3);
        await using Control control = await StartControlAsync();
        JsonNode put = (await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State))!;
        Assert.Equal(50UL, (ulong)put["generation"]!);
        for (int change = 0; change < 20; change++)
        {
            string id = (string)(await control.Client.ExpectAsync(201, "POST", "/v2.0/networks", """{"network": {}}"""))!["network"]!["id"]!;
            await control.Client.ExpectAsync(204, "DELETE", $"/v2.0/networks/{id}");
            Assert.Equal(Enumerable.Repeat((ulong)control.Host.Current.Revision, 3), forwarder.Adopted);
        }

        Assert.Equal("[90,90,90]", (await control.Client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!["generations"]!.ToJsonString());
        Assert.Single(_notices, notice => notice.Contains("whole", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_control_process_that_comes_back_sends_nothing_and_goes_on_with_deltas()
    {
        await using ForwardProcess forwarder = StartForwarder();
        await using (Control first = await StartControlAsync())
        {
            await first.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);

            // A number that is not given again: who only counted the ports that are left would number them otherwise.
            Guid gone = first.Host.Current.Ports.Single(port => port.Name == "gone").Id;
            await first.Client.ExpectAsync(204, "DELETE", $"/v2.0/ports/{gone}");
            Assert.Equal(3, forwarder.Definition.Ports.Length);
        }

        ulong held = forwarder.Definition.Generation;
        await using Control second = await StartControlAsync();
        await UntilAsync(() => second.Report is { Failure: null, Applied: 51 });
        Assert.Single(_notices, notice => notice.Contains("nothing is sent", StringComparison.Ordinal));
        Assert.Equal(held, forwarder.Definition.Generation);

        await second.Client.ExpectAsync(201, "POST", "/v2.0/networks", """{"network": {}}""");
        await UntilAsync(() => second.Report is { Failure: null, Applied: 52 });
        Assert.Equal((held + 1, 2), (forwarder.Definition.Generation, forwarder.Definition.Networks.Length));
        Assert.Single(_notices, notice => notice.Contains("whole", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_made_while_the_forwarder_is_away_are_reported_as_wanted_and_applied_on_its_return()
    {
        await using Control control = await StartControlAsync();
        await UntilAsync(() => control.Report.Failure is not null);
        await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await using (ForwardProcess first = StartForwarder())
        {
            await UntilAsync(() => first.Adopted is [50]);
            await UntilAsync(() => control.Report is { Failure: null, Applied: 50 });
            Assert.Equal("ACTIVE", (string?)(await StatusAsync(control))["status"]);
        }

        Stopwatch clock = Stopwatch.StartNew();
        await UntilAsync(() => control.Report.Failure is not null);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await control.Client.ExpectAsync(201, "POST", "/v2.0/networks", """{"network": {}}""");
        JsonNode away = await StatusAsync(control);
        Assert.Equal(("ERROR", 50, 51), ((string?)away["status"], (int)away["applied_revision"]!, (int)away["wanted_revision"]!));
        Assert.Contains("has been away since 20", (string?)away["reason"], StringComparison.Ordinal);
        Assert.NotNull(away["failing_since"]);

        // It comes back with what it had, and is told what it missed.
        await using ForwardProcess second = StartForwarder();
        await UntilAsync(() => second.Adopted is [51]);
        await UntilAsync(() => control.Report is { Failure: null, Applied: 51 });
        Assert.Equal("ACTIVE", (string?)(await StatusAsync(control))["status"]);
        Assert.Equal(2, second.Definition.Networks.Length);
    }

    [Fact]
    public async Task A_control_process_that_began_without_the_forwarder_takes_up_its_numbers()
    {
        await using (ForwardProcess first = StartForwarder())
        {
            await using Control before = await StartControlAsync();
            await LeaveAGapAsync(before);
        }

        // Longer than the forwarder is waited for.
        await using Control control = await StartControlAsync();
        await UntilAsync(() => control.Report.Failure is not null);
        await using ForwardProcess second = StartForwarder();
        await AssertNumbersStayAsync(control, second);
    }

    [Fact]
    public async Task A_control_process_that_waited_behind_another_takes_up_the_numbers_of_the_forwarder()
    {
        await using ForwardProcess forwarder = StartForwarder();
        Control first = await StartControlAsync();
        await LeaveAGapAsync(first);
        await using Control standby = await StartControlAsync();
        await UntilAsync(() => standby.Report.Failure is not null);
        await first.DisposeAsync();
        await AssertNumbersStayAsync(standby, forwarder);
    }

    [Fact]
    public async Task A_forwarder_that_comes_back_with_an_older_generation_of_the_same_is_not_behind()
    {
        await using Control control = await StartControlAsync();
        await using (ForwardProcess first = StartForwarder())
        {
            await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
            await UntilAsync(() => first.Adopted is [50]);
        }

        // A name is nothing to a forwarder.
        await UntilAsync(() => control.Report.Failure is not null);
        string network = $"/v2.0/networks/{control.Host.Current.Networks.Single().Id}";
        await control.Client.ExpectAsync(200, "PUT", network, """{"network": {"name": "m"}}""");
        await using ForwardProcess second = StartForwarder();
        await UntilAsync(() => control.Report is { Failure: null, Applied: 51 });
        Assert.Single(_notices, notice => notice.Contains("nothing is sent", StringComparison.Ordinal));
        Assert.Equal("[51]", (await control.Client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!["generations"]!.ToJsonString());

        Stopwatch clock = Stopwatch.StartNew();
        await control.Client.ExpectAsync(200, "PUT", network, """{"network": {"mtu": 1400}}""");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        Assert.Equal("[52]", (await control.Client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!["generations"]!.ToJsonString());
    }

    [Fact]
    public async Task What_the_forwarder_refuses_is_an_error_of_its_chains_until_something_else_is_wanted()
    {
        await using ForwardProcess forwarder = StartForwarder(capacity: new CounterCapacity(3, 8, 8));
        await using Control control = await StartControlAsync();
        await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        string network = control.Host.Current.Networks.Single().Id.ToString();
        string port = $$$"""{"port": {"network_id": "{{{network}}}"}}""";
        JsonNode made = (await control.Client.ExpectAsync(201, "POST", "/v2.0/ports", port))!;
        await UntilAsync(() => control.Report.Failure is not null);
        JsonNode status = await StatusAsync(control);
        Assert.Equal("ERROR", (string?)status["status"]);
        Assert.Contains("uses 4 port numbers; this forwarder has room for 3", (string?)status["reason"], StringComparison.Ordinal);
        Assert.Equal([50UL], forwarder.Adopted);
        Assert.NotNull(made);
    }

    [Fact]
    public async Task A_forwarder_that_was_ahead_is_brought_to_what_is_wanted_all_the_same()
    {
        await using ForwardProcess forwarder = StartForwarder();
        await using (Control first = await StartControlAsync())
        {
            await first.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State.Replace("50", "9000", StringComparison.Ordinal));
        }

        // As from an older backup.
        await using Control second = await StartControlAsync(new MemoryStateStore(ResourceSet.Empty));
        await UntilAsync(() => second.Report.Failure is null && forwarder.Definition.Networks.IsEmpty);
        Assert.Equal(9001UL, forwarder.Definition.Generation);
        JsonNode put = (await second.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State))!;
        Assert.Equal(50UL, (ulong)put["generation"]!);
        Assert.Equal("[50]", (await second.Client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!["generations"]!.ToJsonString());
        Assert.Single(forwarder.Definition.Networks);
    }

    [Fact]
    public async Task No_trace_begins_while_the_forwarder_is_away()
    {
        await using Control control = await StartControlAsync();
        await UntilAsync(() => control.Report.Failure is not null);
        string refused = await control.Client.RefusedAsync(409, "POST", "/v2.0/sfc/trace", """{"trace": {"count": 1}}""");
        Assert.StartsWith("TraceNotPossible: The forwarder at unix:", refused, StringComparison.Ordinal);
        Assert.Contains("is away", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_cannot_be_opened_is_told_on_the_chains_that_need_it()
    {
        await using ForwardProcess forwarder = StartForwarder();
        await using Control control = await StartControlAsync();
        await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State.Replace(
            "\"device_id\": \"f\"",
            "\"device_id\": \"f\", \"binding:vif_type\": \"other\", \"binding:vif_details\": {\"kind\": \"libpcap\", \"interface\": \"sfc-none\"}",
            StringComparison.Ordinal));
        await UntilAsync(() => !control.Report.Problems.IsEmpty);
        JsonNode status = await StatusAsync(control);
        Assert.Equal(("ERROR", 50), ((string?)status["status"], (int)status["applied_revision"]!));
        Assert.StartsWith("Port f has been failed since 20", (string?)status["reason"], StringComparison.Ordinal);
        Assert.Equal([50UL], forwarder.Adopted);

        await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State.Replace("50", "60", StringComparison.Ordinal));
        await UntilAsync(() => control.Report is { Problems.IsEmpty: true, Applied: 60 });
        Assert.Equal("ACTIVE", (string?)(await StatusAsync(control))["status"]);
    }

    [Fact]
    public async Task A_forwarder_that_says_nothing_of_its_workers_is_reported_as_that()
    {
        using Socket listener = UnixSocket.Listen(new UnixDomainSocketEndPoint(SocketPath), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Task<FrameConnection> greeted = GreetAsync(listener);
        await using Control control = await StartControlAsync();
        await using FrameConnection silent = await greeted;
        await UntilAsync(() => control.Report.Failure is not null);
        Assert.Equal("The forwarder has not said within 5 s which generation its workers use; it was sent generation 1.", control.Report.Failure);
    }

    [Fact]
    public async Task A_second_control_process_is_told_who_has_the_forwarder()
    {
        await using ForwardProcess forwarder = StartForwarder();
        await using Control first = await StartControlAsync();
        await UntilAsync(() => first.Report is { Failure: null, Applied: not null });
        await using Control second = await StartControlAsync(new MemoryStateStore(ResourceSet.Empty));
        await UntilAsync(() => second.Report.Failure is not null);
        Assert.Contains($"control process {Environment.ProcessId} is connected", second.Report.Failure, StringComparison.Ordinal);
        await first.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        Assert.Equal([50UL], forwarder.Adopted);
    }

    private static async Task<FrameConnection> GreetAsync(Socket listener)
    {
        FrameConnection connection = new(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        await connection.SendAsync(FrameType.Hello, ChannelMessages.Of(new Hello(0, 0, 0, "")));
        connection.KeepAlive();
        return connection;
    }

    // The ports behind the one that goes keep their numbers, which who counts anew cannot know.
    private static async Task LeaveAGapAsync(Control control)
    {
        await control.Client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await control.Client.ExpectAsync(204, "DELETE", $"/v2.0/ports/{control.Host.Current.Ports.Single(port => port.Name == "gone").Id}");
        await UntilAsync(() => control.Report is { Failure: null, Applied: 51 });
    }

    private async Task AssertNumbersStayAsync(Control control, ForwardProcess forwarder)
    {
        await UntilAsync(() => control.Report is { Failure: null, Applied: 51 });
        Assert.Single(_notices, notice => notice.Contains("nothing is sent", StringComparison.Ordinal));
        Assert.Equal([0, -1, 0], forwarder.Definition.Ports.Select(port => port.Network));
        Assert.Equal(2, control.Drivers.Current.Numbers.Ports[control.Host.Current.Ports.Single(port => port.Name == "f").Id]);

        // What comes then goes on behind them.
        string network = control.Host.Current.Networks.Single().Id.ToString();
        await control.Client.ExpectAsync(201, "POST", "/v2.0/ports", $$$"""{"port": {"network_id": "{{{network}}}"}}""");
        await UntilAsync(() => forwarder.Definition.Ports.Length == 4);
        Assert.Equal([0, -1, 0, 0], forwarder.Definition.Ports.Select(port => port.Network));
    }

    private static async Task<JsonNode> StatusAsync(Control control) =>
        (await control.Client.ExpectAsync(200, "GET", "/v2.0/sfc/port_chains?fields=driver_status"))!["port_chains"]![0]!["driver_status"]![0]!;

    private static async Task UntilAsync(Func<bool> condition)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "It did not come true within 30 s.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private ForwardProcess StartForwarder(int workers = 1, CounterCapacity? capacity = null) => ForwardProcess.Start(
        new ForwardOptions { SocketPath = SocketPath, StateDirectory = _folder.Path, Workers = new WorkerGroupOptions { Workers = workers }, Capacity = capacity ?? new CounterCapacity(64, 8, 8) },
        _ => { });

    private async Task<Control> StartControlAsync(MemoryStateStore? store = null)
    {
        FollowingDriver driver = RemoteForwarder.Follow(SocketPath, _notices.Enqueue);
        RemoteForwarder remote = (RemoteForwarder)driver.Target;
        DriverSet drivers = new(driver) { Numbers = await remote.NumbersAsync() };
        ControlHost host = await TestHost.StartAsync(new ControlHostOptions
        {
            Store = store ?? _store,
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Drivers = drivers,
            Forwarder = remote,
            Traced = remote,
        });
        return new Control(host, drivers, driver, new ApiClient(host));
    }

    private sealed record Control(ControlHost Host, DriverSet Drivers, FollowingDriver Driver, ApiClient Client) : IAsyncDisposable
    {
        public DriverReport Report => Driver.Report;

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Host.DisposeAsync();
            await Drivers.DisposeAsync();
        }
    }
}
