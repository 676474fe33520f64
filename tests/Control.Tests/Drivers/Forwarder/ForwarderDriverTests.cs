using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Http;
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
}
