using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.Ports;

public sealed class PortUpdateTests
{
    [Fact]
    public async Task A_subnet_made_later_does_not_keep_a_port_from_being_changed()
    {
        const string Network = "11111111-0000-4000-8000-000000000001";
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(201, "PUT", $"/v2.0/networks/{Network}?create=true", """{"network": {}}""");
        await client.ExpectAsync(201, "POST", "/v2.0/ports", $"{{\"port\": {{\"network_id\": \"{Network}\", \"fixed_ips\": [{{\"ip_address\": \"192.0.2.1\"}}]}}}}");
        await client.ExpectAsync(201, "POST", "/v2.0/subnets", $"{{\"subnet\": {{\"network_id\": \"{Network}\", \"ip_version\": 4, \"cidr\": \"10.0.0.0/8\"}}}}");
        await client.ExpectAsync(200, "PUT", $"/v2.0/ports/{host.Current.Ports.Single().Id}", """{"port": {"device_id": "d"}}""");
        Assert.Equal("192.0.2.1", host.Current.Ports.Single().FixedIps.Single().Address.ToString());
    }
}
