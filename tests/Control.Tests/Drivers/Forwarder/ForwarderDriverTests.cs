using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Control.Tests.Drivers.Forwarder;

public sealed class ForwarderDriverTests
{
    private const string State = "/v2.0/sfc/state";
    private const int FrameBytes = 2048;

    [Fact]
    public async Task A_state_is_published_with_its_uplinks_and_workers_tell_when_they_use_it()
    {
        ForwarderDriver driver = new();
        await using DriverSet drivers = new(driver);
        using Worker worker = new(driver.Snapshots, PacketBatch.Capacity, FrameBytes);
        driver.Watch(worker);
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions
        {
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Forwarder = driver,
        });
        using ApiClient client = new(host);
        ulong generation = (ulong)(await client.ExpectAsync(200, "PUT", State, """
            {"revision": 5, "networks": [{"name": "n"}], "ports": [{"name": "p", "network_id": "n"}], "uplinks": {"n": "p"}}
            """))!["generation"]!;
        Assert.Equal(driver.Published, generation);
        Assert.Equal(driver.Current.Numbers.Ports[host.Current.Ports.Single().Id], driver.Current.Definition.Networks.Single().UplinkPort);

        Assert.Equal("[0]", (await client.ExpectAsync(200, "GET", State))!["generations"]!.ToJsonString());
        worker.RunOnce();
        Assert.Equal($"[{generation}]", (await client.ExpectAsync(200, "GET", State))!["generations"]!.ToJsonString());

        // A port that goes takes its uplink along.
        await client.ExpectAsync(204, "DELETE", $"/v2.0/ports/{host.Current.Ports.Single().Id}");
        Assert.Equal(-1, driver.Current.Definition.Networks.Single().UplinkPort);
    }

    [Fact]
    public async Task A_port_that_cannot_be_opened_is_told_on_the_chains_that_need_it()
    {
        ForwarderDriver driver = new();
        await using DriverSet drivers = new(driver);
        using WorkerGroup workers = new(driver.Snapshots, new WorkerGroupOptions { Workers = 1 });
        using PortSet ports = new(workers);
        driver.Attach(ports);
        ports.Start();
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions
        {
            Compile = drivers.Compile,
            Publish = drivers.Publish,
            Drivers = drivers,
            Forwarder = driver,
        });
        using ApiClient client = new(host);
        string StateWith(int revision, string binding) => $$$"""
            {"revision": {{{revision}}}, "networks": [{"name": "n"}], "ports": [{"name": "f", "network_id": "n", "device_id": "f"{{{binding}}}}, {"name": "o", "network_id": "n", "device_id": "o"}],
             "port_pairs": [{"name": "p", "ingress": "f", "egress": "f"}, {"name": "q", "ingress": "o", "egress": "o"}],
             "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}, {"name": "h", "port_pairs": ["q"]}],
             "port_chains": [{"name": "c", "port_pair_groups": ["g"]}, {"name": "d", "port_pair_groups": ["h"]}]}
            """;
        await client.ExpectAsync(200, "PUT", State, StateWith(5, """, "binding:vif_type": "other", "binding:vif_details": {"kind": "libpcap", "interface": "sfc-none"}"""));
        JsonNode status = await UntilAsync(client, "ERROR");
        Assert.Equal((5, 5), ((int)status["applied_revision"]!, (int)status["wanted_revision"]!));
        Assert.StartsWith("Port f has been failed since 20", (string?)status["reason"], StringComparison.Ordinal);
        Assert.Equal("ACTIVE", (string?)(await StatusOfAsync(client, "d"))["status"]);

        await client.ExpectAsync(200, "PUT", State, StateWith(6, ""));
        Assert.Null((await UntilAsync(client, "ACTIVE"))["reason"]);
    }

    private static async Task<JsonNode> UntilAsync(ApiClient client, string status)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            JsonNode now = await StatusOfAsync(client, "c");
            if ((string?)now["status"] == status)
            {
                return now;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), now.ToJsonString());
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<JsonNode> StatusOfAsync(ApiClient client, string chain) =>
        (await client.ExpectAsync(200, "GET", $"/v2.0/sfc/port_chains?fields=driver_status&name={chain}"))!["port_chains"]![0]!["driver_status"]![0]!;
}
