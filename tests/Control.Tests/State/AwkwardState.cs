using System.Text.Json.Nodes;
using NetworkingSfc.Control.Tests.Http;

namespace NetworkingSfc.Control.Tests.State;

/// <summary>Makes, by ordinary requests, a state that could not be made again object by object.</summary>
internal static class AwkwardState
{
    public static async Task MakeAsync(ApiClient client)
    {
        const string Network = "11111111-0000-4000-8000-000000000001";
        await MakeAsync(client, $"networks/{Network}", """{"network": {"shared": true}}""");
        await MakeAsync(client, Port(1), $$$$"""{"port": {"network_id": "{{{{Network}}}}", "device_id": "a", "fixed_ips": [{"ip_address": "10.0.0.1"}, {"ip_address": "192.0.2.1"}]}}""");
        await MakeAsync(client, Port(2), $$$$"""{"port": {"network_id": "{{{{Network}}}}", "device_id": "a", "binding:vif_type": "tap"}}""");

        // The subnet comes after the addresses, one of which is not in it.
        await MakeAsync(client, "subnets/11111111-0000-4000-8000-000000000001", $$$$"""{"subnet": {"network_id": "{{{{Network}}}}", "ip_version": 4, "cidr": "10.0.0.0/8", "gateway_ip": null}}""");
        await MakeAsync(client, Pair(1), $$$$"""{"port_pair": {"ingress": "{{{{Id(1)}}}}", "egress": "{{{{Id(2)}}}}", "service_function_parameters": {"weight": 3}}}""");
        await MakeAsync(client, Pair(2), $$$$"""{"port_pair": {"ingress": "{{{{Id(2)}}}}", "egress": "{{{{Id(1)}}}}", "service_function_parameters": {"correlation": "nsh"}}}""");
        await MakeAsync(client, Pair(3), $$$$"""{"port_pair": {"ingress": "{{{{Id(2)}}}}", "egress": "{{{{Id(2)}}}}", "service_function_parameters": {"correlation": "mpls"}}}""");

        // The pair's ports lose their device.
        await client.ExpectAsync(200, "PUT", $"/v2.0/{Port(1)}", """{"port": {"device_id": ""}}""");
        await MakeAsync(client, Group(1), """{"port_pair_group": {"port_pair_group_parameters": {"lb_fields": ["ip_src"], "ppg_n_tuple_mapping": {"zz": {"source_ip_prefix": 5}, "y": ["source_ip_prefix"]}}}}""");
        await MakeAsync(client, Group(2), """{"port_pair_group": {}}""");
        await MakeAsync(client, Group(3), """{"port_pair_group": {"exclusive": true}}""");

        // The way back is given while a higher number is taken, and a chain before it goes away.
        await MakeAsync(client, Chain(1), $$$$"""{"port_chain": {"port_pair_groups": ["{{{{Id(1)}}}}"], "chain_parameters": {"symmetric": true}}}""");
        await MakeAsync(client, Chain(2), $$$$"""{"port_chain": {"port_pair_groups": ["{{{{Id(2)}}}}"], "chain_parameters": {"symmetric": true}}}""");
        await MakeAsync(client, Chain(3), $$$$"""{"port_chain": {"port_pair_groups": ["{{{{Id(1)}}}}", "{{{{Id(2)}}}}"]}}""");
        await MakeAsync(client, "sfc/service_graphs/77777777-0000-4000-8000-000000000001", $$$$"""{"service_graph": {"port_chains": {"{{{{Id(2)}}}}": ["{{{{Id(3)}}}}"]}}}""");
        await client.ExpectAsync(204, "DELETE", $"/v2.0/{Chain(1)}");

        // Correlations are looked at when a chain or a graph is made, not when a group changes.
        await client.ExpectAsync(200, "PUT", $"/v2.0/{Group(2)}", $$$$"""{"port_pair_group": {"port_pairs": ["{{{{Id(2)}}}}"]}}""");

        // Two projects do not see each other's classifiers.
        await client.ExpectAsync(201, "POST", "/v2.0/sfc/flow_classifiers", """{"flow_classifier": {}}""", "X-Project-Id: a");
        await client.ExpectAsync(201, "POST", "/v2.0/sfc/flow_classifiers", """{"flow_classifier": {}}""", "X-Project-Id: b");
    }

    private static Task<JsonNode?> MakeAsync(ApiClient client, string path, string body) => client.ExpectAsync(201, "PUT", $"/v2.0/{path}?create=true", body);

    private static string Id(int number) => $"22222222-0000-4000-8000-00000000000{number}";

    private static string Port(int number) => $"ports/{Id(number)}";

    private static string Pair(int number) => $"sfc/port_pairs/{Id(number)}";

    private static string Group(int number) => $"sfc/port_pair_groups/{Id(number)}";

    private static string Chain(int number) => $"sfc/port_chains/{Id(number)}";
}
