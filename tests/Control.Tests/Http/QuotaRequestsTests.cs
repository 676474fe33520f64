using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Store;

namespace NetworkingSfc.Control.Tests.Http;

public sealed class QuotaRequestsTests
{
    private const string Quotas = "/v2.0/quotas";
    private const string Group = """{"port_pair_group": {}}""";

    [Fact]
    public async Task Limits_of_a_project_are_set_kept_and_taken_back()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        JsonNode limits = (await client.ExpectAsync(200, "GET", $"{Quotas}/a"))!;
        Assert.Equal("""{"quota":{"flow_classifier":100,"port_chain":10,"port_pair":100,"port_pair_group":10,"service_graph":-1}}""", limits.ToJsonString());

        limits = (await client.ExpectAsync(200, "PUT", $"{Quotas}/a", """{"quota": {"port_pair_group": 1, "port_chain": "-1"}}"""))!;
        Assert.Equal("""{"quota":{"flow_classifier":100,"port_chain":-1,"port_pair":100,"port_pair_group":1,"service_graph":-1}}""", limits.ToJsonString());
        Assert.Equal("a", (string)(await client.ExpectAsync(200, "GET", Quotas))!["quotas"]!.AsArray().Single()!["project_id"]!);

        await client.ExpectAsync(201, "POST", "/v2.0/sfc/port_pair_groups", Group, "X-Project-Id: a");
        Assert.StartsWith("OverQuota", await client.RefusedAsync(409, "POST", "/v2.0/sfc/port_pair_groups", Group, "X-Project-Id: a"), StringComparison.Ordinal);
        await client.ExpectAsync(201, "POST", "/v2.0/sfc/port_pair_groups", Group, "X-Project-Id: b");

        // Limits are part of what is stored.
        await using ControlHost other = await TestHost.StartAsync(new ControlHostOptions { Store = new MemoryStateStore(host.Current) });
        using ApiClient otherClient = new(other);
        Assert.Equal(1, (int)(await otherClient.ExpectAsync(200, "GET", $"{Quotas}/a"))!["quota"]!["port_pair_group"]!);

        Assert.Null(await client.ExpectAsync(204, "DELETE", $"{Quotas}/a"));
        await client.ExpectAsync(201, "POST", "/v2.0/sfc/port_pair_groups", Group, "X-Project-Id: a");
        Assert.StartsWith("TenantQuotaNotFound", await client.RefusedAsync(404, "DELETE", $"{Quotas}/a"), StringComparison.Ordinal);
        Assert.Empty((await client.ExpectAsync(200, "GET", Quotas))!["quotas"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"quota": {"port_pair": -2}}""", "'-2' is too small - must be at least '-1'")]
    [InlineData("""{"quota": {"port_pair": "x"}}""", "'x' is not an integer")]
    [InlineData("""{"quota": {"ports": 1}}""", "Unrecognized attribute(s) 'ports'")]
    [InlineData("""{"quota": 5}""", "contains invalid data")]
    [InlineData("""{"quota": null}""", "Unable to find 'quota'")]
    [InlineData("""[5]""", "Body contains invalid data")]
    [InlineData("""{}""", "Resource body required")]
    public async Task Bad_limits_are_refused(string body, string message)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        Assert.Contains(message, await client.RefusedAsync(400, "PUT", $"{Quotas}/a", body), StringComparison.Ordinal);
        Assert.Same(ResourceSet.Empty, host.Current);
    }

    [Fact]
    public async Task Only_administrators_see_and_set_them()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        foreach ((string method, string path) in new[] { ("GET", Quotas), ("GET", $"{Quotas}/a"), ("PUT", $"{Quotas}/a"), ("DELETE", $"{Quotas}/a") })
        {
            Assert.StartsWith("AdminRequired", await client.RefusedAsync(403, method, path, null, "X-Project-Id: a", "X-Roles: member"), StringComparison.Ordinal);
        }

        await client.RefusedAsync(405, "POST", Quotas, "{}");
        await client.RefusedAsync(400, "GET", $"{Quotas}/{new string('a', 256)}");
    }
}
