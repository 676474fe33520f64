using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Refusals;

/// <summary>State documents that cannot be replayed: exit status 1, what was asked, what is wrong, what is accepted, nothing written.</summary>
public sealed class StateRefusalTests
{
    private const string A = "02:00:00:00:01:0a";

    /// <summary>A document and what the refusal must contain.</summary>
    public static TheoryData<string, string, string[]> Documents
    {
        get
        {
            TheoryData<string, string, string[]> rows = [];
            void Text(string description, string json, params string[] parts) => rows.Add(description, json, parts);
            void Change(string description, Action<JsonObject> change, params string[] parts) =>
                rows.Add(description, Whole().Change(change).Json, parts);

            Text("not JSON", "{\n  \"ports\": [,]\n}", "line 2, column 13");
            Text("cut off", "{\"ports\": [", "line 1, column");
            Text("empty", "", "line 1, column 1");
            Text("a list", "[]", "not an object", "port_chains", "uplinks");
            Text("a member twice", "{\"ports\": [], \"ports\": []}", "'ports'", "no member twice");
            Change("unknown member", root => root["prots"] = new JsonArray(), "'prots'", "networks, ", "functions");
            Change("list that is none", root => root["ports"] = 3, "ports:", "list");
            Change("unknown attribute", root => root["ports"]![0]!["macaddress"] = A, "ports[0].macaddress", "mac_address");
            Change("wrong MAC address", root => root["ports"]![0]!["mac_address"] = "02:00", "ports[0].mac_address", "02:00:00:00:00:01");
            Change("network that does not exist", root => root["ports"]![1]!["network_id"] = "wan", "ports[1].network_id", "'wan'", "'lan'");
            Change("classifier that does not exist", root => root["port_chains"]![0]!["flow_classifiers"]![0] = "wbe", "port_chains[0].flow_classifiers[0]", "'wbe'", "'web'");
            Change("classifier id that does not exist", root => root["port_chains"]![0]!["flow_classifiers"]![0] = "55555555-0000-4000-8000-000000000001",
                "port_chains[0].flow_classifiers[0]", "55555555-0000-4000-8000-000000000001", "'web'");
            Change("group that does not exist", root => root["port_chains"]![0]!["port_pair_groups"]![0] = "nobody", "port_chains[0].port_pair_groups[0]", "'nobody'", "'group-a'");
            Change("pair that does not exist", root => root["port_pair_groups"]![0]!["port_pairs"]![0] = "b", "port_pair_groups[0].port_pairs[0]", "'b'", "'a'");
            Change("ambiguous name", root => root["ports"]![1]!["name"] = "src", "flow_classifiers[0].logical_source_port", "'src'", "2 ports");
            Change("a chain without groups", root => root["port_chains"]![0]!["port_pair_groups"] = new JsonArray(), "port_chains[0].port_pair_groups");
            Change("chain id too large", root => root["port_chains"]![0]!["chain_id"] = 65536, "port_chains[0].chain_id", "65535");
            Change("correlation unknown", root => root["port_chains"]![0]!["chain_parameters"]!["correlation"] = "vlan", "port_chains[0].chain_parameters", "mpls", "nsh");
            Change("correlation of a pair that is not the chain's", root => root["port_chains"]![0]!["chain_parameters"]!["correlation"] = "mpls", "port_chains[0].port_pair_groups", "correlation");
            Change("two pairs of different correlation", root =>
            {
                root["port_pairs"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "b", ["ingress"] = "up", ["egress"] = "up", ["service_function_parameters"] = new JsonObject { ["correlation"] = null } });
                root["port_pair_groups"]![0]!["port_pairs"]!.AsArray().Add("b");
            }, "port_pair_groups[0]");
            Change("lb field unknown", root => root["port_pair_groups"]![0]!["port_pair_group_parameters"] = new JsonObject { ["lb_fields"] = new JsonArray("ip_dest") }, "port_pair_groups[0].port_pair_group_parameters", "ip_dest", "ip_dst");
            Change("port range upside down", root => root["flow_classifiers"]![0]!["destination_port_range_min"] = 90, "flow_classifiers[0].destination_port_range_min");
            Change("function of no pair", root => root["functions"]!["b"] = new JsonObject { ["kind"] = "drop" }, "functions.b", "'b'", "'a'");
            Change("function without kind", root => root["functions"]!["a"] = new JsonObject(), "functions.a", "forward, aware, drop, tap, rewrite");
            Change("kind unknown", root => root["functions"]!["a"] = new JsonObject { ["kind"] = "nat" }, "functions.a.kind", "'nat'", "forward, aware, drop, tap, rewrite");
            Change("member of a function unknown", root => root["functions"]!["a"] = new JsonObject { ["kind"] = "rewrite", ["src_ip"] = "10.0.0.1" }, "functions.a.src_ip", "source_ip");
            Change("replacement for a function that does not rewrite", root => root["functions"]!["a"] = new JsonObject { ["kind"] = "aware", ["source_port"] = 1 }, "functions.a.source_port", "rewrite");
            Change("replacement that is no address", root => root["functions"]!["a"] = new JsonObject { ["kind"] = "rewrite", ["source_ip"] = "10.0.0.256" }, "functions.a.source_ip", "10.0.0.256", "10.0.0.1");
            Change("replacement that is no port", root => root["functions"]!["a"] = new JsonObject { ["kind"] = "rewrite", ["destination_port"] = 65536 }, "functions.a.destination_port", "65536", "65535");
            Change("uplink of another network", root =>
            {
                root["networks"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "wan" });
                root["uplinks"]!["wan"] = "up";
            }, "uplinks.wan", "Accepted");
            rows.Add("aware function behind an uncorrelated pair", Whole(null).Plays("a", "aware").Json, ["functions.a.kind", "correlation", "forward, drop, tap, rewrite"]);
            rows.Add("MPLS-aware member in a chain whose id fits no label",
                Lab.Usual().Function("a", "mpls", A).WebChain(4096, "mpls", "a").Json, ["chain id 4096", "4095"]);
            rows.Add("two chains of one classifier", Whole().Function("b", "nsh", "02:00:00:00:01:0b").Group("gb", ["b"]).Chain("more", 9, "nsh", ["gb"], ["web"]).Json, ["port_chains[1].flow_classifiers"]);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_that_cannot_be_replayed_is_refused(string description, string json, string[] parts)
    {
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder.Write("spoilt.json", json);
        attempt.AssertRefused(parts);
        Assert.NotEmpty(description);
    }

    [Fact]
    public void The_document_without_a_fault_is_replayed()
    {
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder.Write("whole.json", Whole().Json);
        (int status, _, string error) = attempt.Run();
        Assert.True(status == 0, error);
    }

    [Fact]
    public void A_chain_id_over_4095_is_fine_where_no_label_is_written()
    {
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder.Write("state.json", Lab.Usual().Function("a", null, A).WebChain(4096, "mpls", "a").Json);
        Assert.Equal(0, attempt.Run().Status);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        using Attempt attempt = new();
        attempt.StatePath = attempt.Folder["nothing.json"];
        attempt.AssertRefused(attempt.Folder["nothing.json"], "cannot be read");

        attempt.StatePath = attempt.Folder.FullPath;
        attempt.AssertRefused(attempt.Folder.FullPath, "cannot be read");
    }

    private static Lab Whole(string? correlation = "nsh") => Lab.Usual().Function("a", correlation, A).WebChain(3, "nsh", "a");
}
