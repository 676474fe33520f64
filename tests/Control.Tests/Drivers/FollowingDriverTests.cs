using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Dummy;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.Drivers;

/// <summary>A driver of a test's own beside the others, behind the API.</summary>
public sealed class FollowingDriverTests
{
    private const string State = """
        {"revision": 5, "networks": [{"name": "n"}],
         "ports": [{"name": "s", "network_id": "n"}, {"name": "f", "network_id": "n", "device_id": "f"}],
         "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"]}]}
        """;

    [Fact]
    public async Task A_third_driver_gets_every_state_beside_the_others()
    {
        Target target = new();
        ForwarderDriver forwarder = new();
        await using DriverSet drivers = new(forwarder, new DummyDriver(), FollowerOf(target));
        await using ControlHost host = await StartAsync(drivers);
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await AwaitAsync(() => target.Applied.Contains(5));
        await AwaitAsync(() => drivers.Reports.All(report => report is { Wanted: 5, Applied: 5, Failure: null }));
        Assert.Equal(["forwarder", "dummy", "target"], drivers.Reports.Select(report => report.Driver));
        Assert.Equal(5, forwarder.Current.Resources.Revision);
        Assert.Equal(["ACTIVE", "ACTIVE", "ACTIVE"], (await StatusAsync(client)).Select(status => (string?)status!["status"]));
    }

    [Fact]
    public async Task A_failure_is_on_the_resource_and_is_tried_again_until_it_ends()
    {
        Target target = new() { Failure = new DriverException("The cable is out.") };
        await using DriverSet drivers = new(new DummyDriver(), FollowerOf(target));
        await using ControlHost host = await StartAsync(drivers);
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await AwaitAsync(() => target.Attempts > 3 && drivers.Reports[1].Failure is not null);
        JsonArray status = await StatusAsync(client);
        Assert.Equal("ACTIVE", (string?)status[0]!["status"]);
        Assert.Equal("ERROR", (string?)status[1]!["status"]);
        Assert.Equal("The cable is out.", (string?)status[1]!["reason"]);
        Assert.Empty(target.Applied);
        DateTimeOffset since = (DateTimeOffset)status[1]!["failing_since"]!;
        int attempts = target.Attempts;
        await AwaitAsync(() => target.Attempts > attempts + 1);
        Assert.Equal(since, drivers.Reports[1].FailingSince);

        target.Failure = null;
        await AwaitAsync(() => drivers.Reports[1] is { Failure: null, Applied: 5 });
        Assert.Equal("ACTIVE", (string?)(await StatusAsync(client))[1]!["status"]);
    }

    [Fact]
    public async Task A_fault_in_a_target_is_a_failure_like_any_other()
    {
        Target target = new() { Failure = new InvalidOperationException("Not thought of.") };
        await using DriverSet drivers = new(FollowerOf(target));
        await using ControlHost host = await StartAsync(drivers);
        await AwaitAsync(() => drivers.Reports[0].Failure == "InvalidOperationException: Not thought of.");
    }

    [Fact]
    public async Task What_a_target_cannot_carry_out_is_on_its_chain()
    {
        Target target = new() { Problem = "This chain is too long for us." };
        await using DriverSet drivers = new(FollowerOf(target));
        await using ControlHost host = await StartAsync(drivers);
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await AwaitAsync(() => drivers.Reports[0].Applied == 5);
        JsonNode status = (await StatusAsync(client))[0]!;
        Assert.Equal(("ERROR", "This chain is too long for us.", 5), ((string?)status["status"], (string?)status["reason"], (int)status["applied_revision"]!));
    }

    [Fact]
    public async Task A_target_that_hangs_stops_no_change()
    {
        Target target = new() { Holds = new TaskCompletionSource() };
        await using (DriverSet drivers = new(FollowerOf(target)))
        {
            await using ControlHost host = await StartAsync(drivers);
            using ApiClient client = new(host);
            await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
            await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State.Replace("5", "6", StringComparison.Ordinal));
            await AwaitAsync(() => target.Attempts > 0);
            Assert.Equal("BUILD", (string?)(await StatusAsync(client))[0]!["status"]);
            target.Holds.SetResult();
            await AwaitAsync(() => drivers.Reports[0].Applied == 6);
        }
    }

    [Fact]
    public async Task What_a_target_loses_is_brought_back_without_a_new_state()
    {
        Target target = new();
        await using DriverSet drivers = new(FollowerOf(target));
        await using ControlHost host = await StartAsync(drivers);
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", State);
        await AwaitAsync(() => target.Applied.Contains(5));
        target.Applied.Clear();
        await AwaitAsync(() => target.Applied.Contains(5));
    }

    [Fact]
    public void Every_driver_of_the_catalog_has_its_name()
    {
        Assert.Equal(["forwarder", "openvswitch", "dummy"], DriverCatalog.Names);
        Assert.All(DriverCatalog.Names, name => Assert.Equal(name, DriverCatalog.Make(name, new DriverOptions()).Name));
        Assert.Contains(DriverCatalog.Default, DriverCatalog.Names);
    }

    private static FollowingDriver FollowerOf(Target target) => new(target)
    {
        FirstRetry = TimeSpan.FromMilliseconds(5),
        LongestRetry = TimeSpan.FromMilliseconds(20),
        CheckInterval = TimeSpan.FromMilliseconds(10),
    };

    private static Task<ControlHost> StartAsync(DriverSet drivers) =>
        TestHost.StartAsync(new ControlHostOptions { Compile = drivers.Compile, Publish = drivers.Publish, Drivers = drivers });

    private static async Task<JsonArray> StatusAsync(ApiClient client) =>
        (await client.ExpectAsync(200, "GET", "/v2.0/sfc/port_chains?fields=driver_status"))!["port_chains"]![0]!["driver_status"]!.AsArray();

    private static async Task AwaitAsync(Func<bool> isSo)
    {
        for (int look = 0; look < 2000 && !isSo(); look++)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.True(isSo());
    }

    private sealed class Target : IStateTarget
    {
        private int _attempts;

        public string Name => "target";

        public ConcurrentBag<long> Applied { get; } = [];

        public int Attempts => _attempts;

        public Exception? Failure { get; set; }

        public string? Problem { get; init; }

        public TaskCompletionSource? Holds { get; init; }

        public async Task<ImmutableDictionary<Guid, ImmutableArray<string>>> ApplyAsync(CompiledState state, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _attempts);
            if (Holds is not null)
            {
                await Holds.Task.WaitAsync(cancellation);
            }

            if (Failure is { } failure)
            {
                throw failure;
            }

            Applied.Add(state.Resources.Revision);
            return state.Resources.PortChains.Where(_ => Problem is not null).ToImmutableDictionary(chain => chain.Id, _ => ImmutableArray.Create(Problem!));
        }
    }
}
