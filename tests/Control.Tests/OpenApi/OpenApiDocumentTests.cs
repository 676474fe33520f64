using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.OpenApi;

/// <summary>The description against what the server accepts and answers.</summary>
public sealed class OpenApiDocumentTests
{
    private const string N = "11111111-0000-4000-8000-000000000001";
    private const string P = "22222222-0000-4000-8000-000000000001";

    /// <summary>Requests that succeed, in order; together they are every operation with every status of success.</summary>
    private static readonly (int Status, string Method, string Path, string? Body)[] _requests =
    [
        (200, "GET", "/", null), (200, "GET", "/openapi.json", null), (200, "GET", "/v2.0/", null), (200, "GET", "/v2.0/extensions", null),
        (200, "GET", "/v2.0/extensions/sfc", null),
        (200, "PUT", "/v2.0/quotas/p", """{"quota": {"port_pair": -1}}"""), (200, "GET", "/v2.0/quotas", null), (200, "GET", "/v2.0/quotas/p", null),
        (204, "DELETE", "/v2.0/quotas/p", null),
        .. Lifecycle("networks", "network", N, """{"name": "n", "mtu": 1400}"""),
        .. Lifecycle("subnets", "subnet", N, $$$$"""{"network_id": "{{{{N}}}}", "ip_version": 6, "cidr": "2001:db8::/64", "gateway_ip": null}"""),
        .. Lifecycle("ports", "port", P, $$$$"""{"network_id": "{{{{N}}}}", "device_id": "vm", "mac_address": null, "fixed_ips": [{"ip_address": "2001:db8::7"}]}"""),
        .. Lifecycle("sfc/port_pairs", "port_pair", P, $$$$"""{"ingress": "{{{{P}}}}", "egress": "{{{{P}}}}", "service_function_parameters": {"correlation": "nsh", "weight": 2}}"""),
        .. Lifecycle("sfc/port_pair_groups", "port_pair_group", P, $$$$"""{"port_pairs": ["{{{{P}}}}"], "on_empty": "leave"}"""),
        .. Lifecycle("sfc/flow_classifiers", "flow_classifier", P, """{"protocol": "tcp", "destination_port_range_min": 80, "l7_parameters": {}}"""),
        .. Lifecycle("sfc/port_chains", "port_chain", P, $$$$"""{"port_pair_groups": ["{{{{P}}}}"], "chain_parameters": {"correlation": "nsh", "symmetric": true}}"""),
        .. Lifecycle("sfc/service_graphs", "service_graph", P, """{"port_chains": {}}"""),
        (201, "POST", "/v2.0/networks", """{"networks": [{}, {"name": "b"}]}"""),
        (201, "POST", "/v2.0/networks", """{"network": {}}"""),
        (201, "POST", "/v2.0/subnets", $$$$"""{"subnet": {"network_id": "{{{{N}}}}", "ip_version": 4, "cidr": "10.0.0.0/8"}}"""),
        (201, "POST", "/v2.0/ports", $$$$"""{"port": {"network_id": "{{{{N}}}}", "fixed_ips": [{"ip_address": "10.0.0.7"}]}}"""),
        (200, "GET", "/v2.0/sfc/status", null), (200, "GET", "/v2.0/sfc/state", null), (200, "PUT", "/v2.0/sfc/state", """{"revision": 1000, "networks": [{"name": "n"}]}"""),
        (201, "POST", "/v2.0/sfc/port_pair_groups", """{"port_pair_group": {"tap_enabled": true, "exclusive": true}}"""),
        (201, "POST", "/v2.0/sfc/flow_classifiers", """{"flow_classifier": {"name": null}}"""),
        (201, "POST", "/v2.0/sfc/service_graphs", """{"service_graph": {"port_chains": null}}"""),
    ];

    [Fact]
    public async Task Every_operation_answers_what_is_described()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        JsonObject document = (JsonObject)(await client.ExpectAsync(200, "GET", "/openapi.json"))!;
        SchemaValidator schemas = new(document);
        OpenApiOperation[] operations = [.. OpenApiOperation.Of(document)];
        HashSet<string> left = [.. operations.SelectMany(operation => operation.Successes.Select(status => $"{operation.Method} {operation.Path} {status}"))];
        foreach ((int status, string method, string path, string? body) in _requests.Concat(PairsAndChains()))
        {
            OpenApiOperation operation = operations.Single(one => one.Method == method && one.Takes(path.Split('?')[0]));
            Assert.True(body is null == operation.Body is null, $"{method} {path}: the body is not described.");
            if (body is not null)
            {
                Assert.Null(schemas.Check(operation.Body!, JsonNode.Parse(body)));
            }

            JsonNode? answer = await client.ExpectAsync(status, method, path, body);
            Assert.Null(operation.Check(schemas, status, answer));
            left.Remove($"{method} {operation.Path} {status}");
        }

        Assert.Empty(left);
    }

    [Fact]
    public void Every_member_of_an_answer_is_an_attribute() => Assert.All(ResourceCatalog.All, kind => Assert.All(
        kind.Shown, member => Assert.True(member.Name is "project_id" or "tenant_id" || kind.Attributes.Find(member.Name) is not null, member.Name)));

    /// <summary>Objects by PUT that stay for those after them, so the pair and the chain can be made in the middle.</summary>
    private static IEnumerable<(int, string, string, string?)> Lifecycle(string collection, string singular, string id, string attributes)
    {
        string body = $"{{\"{singular}\": {attributes}}}";
        string item = $"/v2.0/{collection}/{id}";
        yield return (201, "PUT", $"{item}?create=true", body);
        yield return (200, "PUT", $"{item}?create=true", body);
        yield return (200, "PUT", item, $"{{\"{singular}\": {{\"name\": \"x\"}}}}");
        yield return (200, "GET", item, null);
        yield return (200, "GET", $"/v2.0/{collection}", null);
        yield return (200, "GET", $"/v2.0/{collection}?limit=1&page_reverse=True", null);
    }

    /// <summary>What is left once the state has been replaced: creates that need others, and deletes.</summary>
    private static IEnumerable<(int, string, string, string?)> PairsAndChains()
    {
        yield return (201, "PUT", $"/v2.0/networks/{N}?create=true", """{"network": {}}""");
        yield return (201, "PUT", $"/v2.0/subnets/{N}?create=true", $$$$"""{"subnet": {"network_id": "{{{{N}}}}", "ip_version": 4, "cidr": "10.0.0.0/8"}}""");
        yield return (201, "PUT", $"/v2.0/ports/{P}?create=true", $$$$"""{"port": {"network_id": "{{{{N}}}}", "device_id": "vm", "binding:vif_type": "tap", "status": "ACTIVE"}}""");
        yield return (201, "PUT", $"/v2.0/sfc/port_pair_groups/{P}?create=true", """{"port_pair_group": {"group_id": 5}}""");
        yield return (201, "PUT", $"/v2.0/sfc/flow_classifiers/{P}?create=true", """{"flow_classifier": {"ethertype": "IPv6"}}""");
        yield return (201, "PUT", $"/v2.0/sfc/service_graphs/{P}?create=true", """{"service_graph": {"port_chains": {}}}""");
        yield return (201, "POST", "/v2.0/sfc/port_pairs", $$$$"""{"port_pair": {"ingress": "{{{{P}}}}", "egress": "{{{{P}}}}"}}""");
        yield return (201, "POST", "/v2.0/sfc/port_chains", $$$$"""{"port_chain": {"port_pair_groups": ["{{{{P}}}}"]}}""");
        yield return (201, "PUT", $"/v2.0/ports/{N}?create=true", $$$$"""{"port": {"network_id": "{{{{N}}}}", "device_id": "vm"}}""");
        yield return (201, "PUT", $"/v2.0/sfc/port_pairs/{P}?create=true", $$$$"""{"port_pair": {"ingress": "{{{{N}}}}", "egress": "{{{{N}}}}"}}""");
        yield return (201, "PUT", $"/v2.0/sfc/port_pair_groups/{N}?create=true", """{"port_pair_group": {}}""");
        yield return (201, "PUT", $"/v2.0/sfc/port_chains/{P}?create=true", $$$$"""{"port_chain": {"port_pair_groups": ["{{{{N}}}}"]}}""");
        foreach (string item in new[] { $"service_graphs/{P}", $"port_chains/{P}", $"port_pair_groups/{N}", $"flow_classifiers/{P}", $"port_pairs/{P}" })
        {
            yield return (204, "DELETE", $"/v2.0/sfc/{item}", null);
        }

        yield return (204, "DELETE", $"/v2.0/ports/{N}", null);
        yield return (204, "DELETE", $"/v2.0/subnets/{N}", null);
        yield return (201, "PUT", "/v2.0/networks/22222222-0000-4000-8000-000000000009?create=true", """{"network": {}}""");
        yield return (204, "DELETE", "/v2.0/networks/22222222-0000-4000-8000-000000000009", null);
    }
}
