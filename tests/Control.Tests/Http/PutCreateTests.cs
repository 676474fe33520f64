using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary><c>PUT item?create=true</c>: ids that the caller chooses.</summary>
public sealed class PutCreateTests
{
    private const string Network = "/v2.0/networks/11111111-0000-4000-8000-000000000001";
    private const string Port = "/v2.0/ports/22222222-0000-4000-8000-000000000001";
    private const string Pair = "/v2.0/sfc/port_pairs/33333333-0000-4000-8000-000000000001";
    private const string Group = "/v2.0/sfc/port_pair_groups/44444444-0000-4000-8000-000000000001";
    private const string Classifier = "/v2.0/sfc/flow_classifiers/55555555-0000-4000-8000-000000000001";
    private const string Chain = "/v2.0/sfc/port_chains/66666666-0000-4000-8000-000000000001";
    private const string Graph = "/v2.0/sfc/service_graphs/77777777-0000-4000-8000-000000000001";
    private const string Subnet = "/v2.0/subnets/88888888-0000-4000-8000-000000000001";

    private static readonly string[] _member = ["X-Project-Id: a", "X-Roles: member"];

    private static readonly (string Path, string Body)[] _objects =
    [
        (Network, """{"network": {"name": "n", "mtu": 1400}}"""),
        (Subnet, """{"subnet": {"network_id": "11111111-0000-4000-8000-000000000001", "ip_version": 4, "cidr": "10.0.0.0/24"}}"""),
        (Port, """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "device_id": "vm", "fixed_ips": [{"ip_address": "10.0.0.7"}]}}"""),
        (Pair, """{"port_pair": {"ingress": "22222222-0000-4000-8000-000000000001", "egress": "22222222-0000-4000-8000-000000000001"}}"""),
        (Group, """{"port_pair_group": {"port_pairs": ["33333333-0000-4000-8000-000000000001"], "on_empty": "skip"}}"""),
        (Classifier, """{"flow_classifier": {"name": null, "protocol": "tcp", "source_ip_prefix": "10.0.0.1/8"}}"""),
        (Chain, """{"port_chain": {"port_pair_groups": ["44444444-0000-4000-8000-000000000001"], "flow_classifiers": ["55555555-0000-4000-8000-000000000001"], "chain_parameters": {"symmetric": true}}}"""),
        (Graph, """{"service_graph": {"port_chains": {}}}"""),
    ];

    [Fact]
    public async Task Every_kind_is_made_once_and_the_same_again_changes_nothing()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        foreach ((string path, string body) in _objects)
        {
            await client.ExpectAsync(404, "PUT", path, body[..(body.IndexOf(':', StringComparison.Ordinal) + 1)] + " {}}");
            JsonNode made = (await client.ExpectAsync(201, "PUT", path + "?create=true", body))!;
            Assert.Equal(path[(path.LastIndexOf('/') + 1)..], (string)made.AsObject().Single().Value!["id"]!);
        }

        ResourceSet before = host.Current;
        foreach ((string path, string body) in _objects)
        {
            JsonNode again = (await client.ExpectAsync(200, "PUT", path + "?create=true", body))!;
            JsonNode shown = (await client.ExpectAsync(200, "GET", path))!;
            Assert.True(JsonNode.DeepEquals(again, shown));

            // What is answered may be sent back: nothing of it is refused as read-only.
            Assert.True(JsonNode.DeepEquals(shown, await client.ExpectAsync(200, "PUT", path + "?create=true", shown.ToJsonString())));
        }

        Assert.Same(before, host.Current);
    }

    [Fact]
    public async Task What_is_absent_takes_its_default_and_what_the_server_chose_stays()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await MakeAllAsync(client);
        JsonNode group = (await client.ExpectAsync(200, "PUT", Group + "?create=true", """{"port_pair_group": {"name": "g"}}"""))!["port_pair_group"]!;
        Assert.Equal((0, 1, null), (group["port_pairs"]!.AsArray().Count, (int)group["group_id"]!, group["on_empty"]));
        Assert.Equal("g", (string)group["name"]!);

        JsonNode network = (await client.ExpectAsync(200, "PUT", Network + "?create=true", """{"network": {"name": "m"}}"""))!["network"]!;
        Assert.Equal((1500, 2), ((int)network["mtu"]!, (int)network["revision_number"]!));

        string mac = host.Current.Ports.Single().MacAddress.ToString();
        JsonNode port = (await client.ExpectAsync(200, "PUT", Port + "?create=true",
            """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "name": "p", "device_id": "vm"}}"""))!["port"]!;
        Assert.Equal((mac, 0, 2), ((string)port["mac_address"]!, port["fixed_ips"]!.AsArray().Count, (int)port["revision_number"]!));
    }

    [Theory]
    [InlineData(Network + "x", """{"network": {}}""", "'11111111-0000-4000-8000-000000000001x' is not a valid UUID")]
    [InlineData(Network, """{"network": {"id": "11111111-0000-4000-8000-000000000002"}}""", "must be the same")]
    [InlineData(Network, """{"network": {"id": 5}}""", "'5' is not a valid UUID")]
    [InlineData(Network, """{"network": {"status": "DOWN"}}""", "'DOWN' is not accepted")]
    [InlineData(Port, """{"port": {"name": "p"}}""", "Required attribute 'network_id' not specified")]
    [InlineData(Pair, """{"port_pair": {"ingress": "22222222-0000-4000-8000-000000000009", "egress": "22222222-0000-4000-8000-000000000001"}}""", "Cannot update read-only attribute ingress")]
    [InlineData(Group, """{"port_pair_group": {"group_id": 7}}""", "Cannot update read-only attribute group_id")]
    [InlineData(Group, """{"port_pair_group": {"tap_enabled": true}}""", "Cannot update read-only attribute tap_enabled")]
    [InlineData(Group, """{"port_pair_group": {"tenant_id": "other"}}""", "Cannot update read-only attribute tenant_id")]
    [InlineData(Classifier, """{"flow_classifier": {"protocol": "udp"}}""", "Cannot update read-only attribute protocol")]
    [InlineData(Chain, """{"port_chain": {"port_pair_groups": ["44444444-0000-4000-8000-000000000001"], "chain_id": 9, "chain_parameters": {"symmetric": true}}}""", "Cannot update read-only attribute chain_id")]
    [InlineData(Graph, """{"service_graph": {"port_chains": {"66666666-0000-4000-8000-000000000001": ["66666666-0000-4000-8000-000000000001"]}}}""", "Cannot update read-only attribute port_chains")]
    [InlineData(Graph, """{"service_graphs": [{"port_chains": {}}]}""", "Bulk operation not supported")]
    public async Task What_cannot_be_is_refused(string path, string body, string message)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await MakeAllAsync(client);
        ResourceSet before = host.Current;
        Assert.Contains(message, await client.RefusedAsync(400, "PUT", path + "?create=true", body), StringComparison.Ordinal);
        Assert.Same(before, host.Current);
    }

    [Fact]
    public async Task The_parameter_is_a_truth_value()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        Assert.Contains("'perhaps' cannot be converted to boolean", await client.RefusedAsync(400, "PUT", Network + "?create=perhaps", """{"network": {}}"""), StringComparison.Ordinal);
        await client.ExpectAsync(404, "PUT", Network + "?create=false", """{"network": {}}""");
        await client.ExpectAsync(201, "PUT", Network + "?create=True", """{"network": {}}""");
    }

    [Fact]
    public async Task Quotas_and_projects_hold()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Quotas = Quotas.Default.With("port_pair_group", 1) });
        using ApiClient client = new(host);
        await client.ExpectAsync(201, "PUT", Group + "?create=true", """{"port_pair_group": {}}""", "X-Project-Id: a");
        await client.RefusedAsync(409, "PUT", Group[..^1] + "2?create=true", """{"port_pair_group": {}}""", "X-Project-Id: a");
        await client.RefusedAsync(404, "PUT", Group + "?create=true", """{"port_pair_group": {}}""", "X-Project-Id: b");

        // An administrator who does not name the owner does not become it.
        JsonNode group = (await client.ExpectAsync(200, "PUT", Group + "?create=true", """{"port_pair_group": {"name": "g"}}"""))!["port_pair_group"]!;
        Assert.Equal("a", (string)group["project_id"]!);
    }

    [Theory]
    [InlineData("binding:vif_type", "\"other\"")]
    [InlineData("binding:vif_details", """{"kind": "pcap-file", "output": "/tmp/x"}""")]
    [InlineData("binding:host_id", "\"h\"")]
    [InlineData("binding:profile", """{"a": 1}""")]
    [InlineData("status", "\"ACTIVE\"")]
    [InlineData("revision_number", "7")]
    public async Task What_Neutron_or_its_administrator_decides_is_not_for_members(string attribute, string value)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(201, "PUT", Network + "?create=true", _objects[0].Body, _member);
        string body = $$$"""{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "{{{attribute}}}": {{{value}}}}}""";
        ResourceSet before = host.Current;
        Assert.StartsWith($"PolicyNotAuthorized: rule:create_port:{attribute} ", await client.RefusedAsync(403, "PUT", Port + "?create=true", body, _member), StringComparison.Ordinal);
        Assert.Same(before, host.Current);

        await client.ExpectAsync(201, "PUT", Port + "?create=true", """{"port": {"network_id": "11111111-0000-4000-8000-000000000001"}}""", _member);
        before = host.Current;
        Assert.StartsWith($"PolicyNotAuthorized: rule:update_port:{attribute} ", await client.RefusedAsync(403, "PUT", Port + "?create=true", body, _member), StringComparison.Ordinal);
        Assert.Same(before, host.Current);
        await client.ExpectAsync(200, "PUT", Port + "?create=true", body);
    }

    [Fact]
    public async Task What_a_member_does_not_say_of_what_an_administrator_set_stays()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(201, "PUT", Network + "?create=true", _objects[0].Body, _member);
        JsonNode made = (await client.ExpectAsync(201, "PUT", Port + "?create=true", """{"port": {"network_id": "11111111-0000-4000-8000-000000000001"}}""", _member))!;

        // What a member may see and sends back makes the same port again.
        await client.ExpectAsync(204, "DELETE", Port, null, _member);
        Assert.True(JsonNode.DeepEquals(made, await client.ExpectAsync(201, "PUT", Port + "?create=true", made.ToJsonString(), _member)));

        await client.ExpectAsync(200, "PUT", Port + "?create=true",
            """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "binding:host_id": "h", "binding:profile": {"a": 1}, "status": "ACTIVE", "binding:vif_type": "tap"}}""");
        JsonNode bound = (await client.ExpectAsync(200, "GET", Port))!;
        Assert.True(JsonNode.DeepEquals(bound, await client.ExpectAsync(200, "PUT", Port + "?create=true", bound.ToJsonString(), _member)));
        JsonNode renamed = (await client.ExpectAsync(200, "PUT", Port + "?create=true",
            """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "name": "p"}}""", _member))!;
        bound["port"]!["name"] = "p";
        bound["port"]!["revision_number"] = (int)bound["port"]!["revision_number"]! + 1;
        Assert.True(JsonNode.DeepEquals(bound, renamed), renamed.ToJsonString());
    }

    [Fact]
    public async Task A_member_binds_no_port_by_post_or_put()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(201, "PUT", Network + "?create=true", _objects[0].Body, _member);
        const string Body = """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "binding:host_id": "h"}}""";
        Assert.StartsWith("PolicyNotAuthorized: rule:create_port:binding:host_id ", await client.RefusedAsync(403, "POST", "/v2.0/ports", Body, _member), StringComparison.Ordinal);

        // A value equal to the default is not asked for, as in Neutron; the kind of card is the member's to choose.
        JsonNode port = (await client.ExpectAsync(201, "POST", "/v2.0/ports",
            """{"port": {"network_id": "11111111-0000-4000-8000-000000000001", "binding:host_id": "", "binding:vnic_type": "direct"}}""", _member))!["port"]!;
        string path = $"/v2.0/ports/{port["id"]}";
        Assert.StartsWith("PolicyNotAuthorized: rule:update_port:binding:profile ", await client.RefusedAsync(403, "PUT", path, """{"port": {"binding:profile": {}}}""", _member), StringComparison.Ordinal);
        await client.RefusedAsync(404, "PUT", path, """{"port": {"binding:profile": {}}}""", "X-Project-Id: b", "X-Roles: member");
        await client.ExpectAsync(200, "PUT", path, """{"port": {"binding:profile": {"a": 1}, "binding:host_id": "h"}}""");
    }

    [Fact]
    public async Task If_Match_guards_networks_subnets_and_ports()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.RefusedAsync(412, "PUT", Network + "?create=true", """{"network": {}}""", "If-Match: revision_number=1");
        await MakeAllAsync(client);
        foreach ((string path, string singular) in new[] { (Network, "network"), (Subnet, "subnet"), (Port, "port") })
        {
            string body = $$$$"""{"{{{{singular}}}}": {"description": "d"}}""";
            Assert.Contains("RevisionNumberConstraintFailed: Constrained to 9, but current revision is 1",
                await client.RefusedAsync(412, "PUT", path, body, "If-Match: revision_number=9"), StringComparison.Ordinal);
            await client.RefusedAsync(412, "DELETE", path, null, "If-Match: revision_number=9");
            await client.RefusedAsync(400, "PUT", path, body, "If-Match: *");
            JsonNode changed = (await client.ExpectAsync(200, "PUT", path, body, "If-Match: revision_number=1"))!;
            Assert.Equal(2, (int)changed[singular]!["revision_number"]!);
        }

        await client.ExpectAsync(200, "PUT", Group, """{"port_pair_group": {}}""", "If-Match: revision_number=9");
    }

    [Fact]
    public async Task A_master_may_be_ahead_and_never_takes_us_back()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        async Task<int> PutAsync(string members) => (int)(await client.SendAsync("PUT", Network + "?create=true", $"{{\"network\": {{{members}}}}}")).Body!["network"]!["revision_number"]!;
        Assert.Equal(7, await PutAsync("\"revision_number\": 7"));
        Assert.Equal(7, await PutAsync("\"revision_number\": 3"));
        Assert.Equal(8, await PutAsync("\"revision_number\": 3, \"name\": \"n\""));
        Assert.Equal(20, await PutAsync("\"revision_number\": 20, \"name\": \"n\""));
    }

    private static async Task MakeAllAsync(ApiClient client)
    {
        foreach ((string path, string body) in _objects)
        {
            await client.ExpectAsync(201, "PUT", path + "?create=true", body);
        }
    }
}
