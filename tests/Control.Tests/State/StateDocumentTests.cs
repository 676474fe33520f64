using System.Text;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.State;

public sealed class StateDocumentTests
{
    /// <summary>Everything by name and nothing that has a default.</summary>
    private const string ByName = """
        {
          "networks": [{"name": "net", "mtu": 9000}],
          "ports": [
            {"name": "src", "network_id": "net", "fixed_ips": [{"ip_address": "10.0.0.1"}]},
            {"name": "dst", "network_id": "net"},
            {"name": "in", "network_id": "net", "device_id": "vm"},
            {"name": "out", "network_id": "net", "device_id": "vm"},
            {"name": "aware", "network_id": "net", "device_id": "vm2"}
          ],
          "port_pairs": [
            {"name": "a", "ingress": "in", "egress": "out"},
            {"name": "b", "ingress": "aware", "egress": "aware", "service_function_parameters": {"correlation": "mpls"}},
            {"name": "c", "ingress": "out", "egress": "in"}
          ],
          "port_pair_groups": [{"name": "first", "port_pairs": ["a", "c"]}, {"name": "second", "port_pairs": ["b"], "on_empty": "skip"}],
          "flow_classifiers": [{"name": "all", "logical_source_port": "src"}, {"name": "six", "ethertype": "IPv6"}],
          "port_chains": [
            {"name": "one", "port_pair_groups": ["first", "second"], "flow_classifiers": ["all"], "chain_parameters": {"symmetric": true}},
            {"name": "two", "port_pair_groups": "second"}
          ],
          "service_graphs": [{"port_chains": {"one": ["two"]}}],
          "functions": {"a": {"kind": "rewrite", "source_ip": "192.0.2.1", "destination_port": 8080}, "c": {"kind": "drop"}},
          "uplinks": {"net": "dst"}
        }
        """;

    [Fact]
    public void The_shared_example_is_read()
    {
        Assert.SkipUnless(Repository.HasShared, $"The example is not there: {Repository.Shared} does not exist.");
        StateReading reading = StateDocument.Load(Path.Combine(Repository.Shared, "spec", "state-example.json"));
        Assert.Empty(reading.Errors);
        StateDocument document = reading.Document!;
        PortChain chain = Assert.Single(document.Resources.PortChains);
        Assert.Equal((7, Correlation.Nsh), (chain.ChainId, chain.Correlation));
        Assert.Equal(
            [FunctionKind.Aware, FunctionKind.Aware, FunctionKind.Forward],
            document.Resources.PortPairs.Select(pair => document.Functions[pair.Id].Kind));
        Assert.Equal("dst", document.Resources.Ports[document.Resources.Uplinks.Single().Value].Name);
        Assert.Equal("02:00:00:00:02:01", document.Resources.Ports.Last().MacAddress.ToString());
    }

    /// <summary>Decision 12. Chains that one graph names, neighbours or not, may match the same packets; others may not, whatever graph they are in.</summary>
    [Theory]
    [InlineData("""[{"port_chains": {"one": ["two"], "two": ["three"]}}]""", 0)]
    [InlineData("""[{"port_chains": {"one": ["two"]}}]""", 1)]
    [InlineData("""[{"port_chains": {"one": ["two"]}}, {"port_chains": {"three": ["four"]}}]""", 1)]
    [InlineData("""[]""", 2)]
    public void Classifiers_conflict_between_chains_that_no_graph_joins(string graphs, int conflicts)
    {
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes(OverlappingChains.With(graphs)));
        Assert.Equal(conflicts, reading.Errors.Length);
        Assert.All(reading.Errors, error => Assert.Matches(@"^port_chains\[[12]\]\.flow_classifiers: Flow Classifier .* conflicts with Flow Classifier .* in port chain ", error.ToString()));
        Assert.Equal(conflicts == 0, reading.Document is not null);
    }

    /// <summary>The branches of one point are told apart by nothing but their classifiers.</summary>
    [Fact]
    public void Branches_of_one_point_conflict_although_a_graph_joins_them()
    {
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes(OverlappingChains.With("""[{"port_chains": {"four": ["one", "two"]}}]""")));
        Assert.Contains("on one of the branching points", Assert.Single(reading.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_stand_for_ids_everywhere()
    {
        StateDocument document = Read(ByName);
        ResourceSet set = document.Resources;
        Assert.Equal(9000, set.Networks.Single().Mtu);
        PortChain one = set.PortChains.First();
        Assert.Equal(["first", "second"], one.PortPairGroups.Select(id => set.PortPairGroups[id].Name));
        Assert.Equal((1, 4095), (one.ChainId, one.ReversePathId));
        Assert.Equal("src", set.Ports[set.FlowClassifiers.First().LogicalSourcePort!.Value].Name);
        Assert.Equal(one.Id, set.ServiceGraphs.Single().Branches.Single().Source);
    }

    [Fact]
    public void Functions_follow_the_correlation_unless_given()
    {
        StateDocument document = Read(ByName);
        Dictionary<string, ServiceFunction> functions = document.Resources.PortPairs.ToDictionary(pair => pair.Name, pair => document.Functions[pair.Id]);
        Assert.Equal(FunctionKind.Rewrite, functions["a"].Kind);
        Assert.Equal("192.0.2.1", functions["a"].SourceIp?.ToString());
        Assert.Equal((ushort)8080, functions["a"].DestinationPort);
        Assert.Null(functions["a"].SourcePort);
        Assert.Equal(FunctionKind.Aware, functions["b"].Kind);
        Assert.Equal(FunctionKind.Drop, functions["c"].Kind);
    }

    [Fact]
    public void The_same_document_gives_the_same_ids_and_addresses()
    {
        ResourceSet first = Read(ByName).Resources;
        ResourceSet second = Read(ByName).Resources;
        Assert.Equal(first.Ports.Select(port => (port.Id, port.MacAddress)), second.Ports.Select(port => (port.Id, port.MacAddress)));
        Assert.Equal(first.ServiceGraphs.Single().Id, second.ServiceGraphs.Single().Id);
    }

    [Fact]
    public void Objects_of_one_name_are_fine_until_the_name_is_used()
    {
        Assert.Equal(2, Read("""{"networks": [{"name": "n"}, {"name": "n"}]}""").Resources.Networks.Count);
        StateError error = Refused("""{"networks": [{"name": "n"}, {"name": "n"}], "ports": [{"network_id": "n"}]}""");
        Assert.Equal("ports[0].network_id", error.Where);
        Assert.Contains("ambiguous", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_may_be_named_by_id_in_any_spelling()
    {
        PortPair pair = Read("""
            {"networks": [{"id": "AAAAAAAA000040008000000000000001", "name": "n"}],
             "ports": [{"id": "bbbbbbbb-0000-4000-8000-000000000001", "network_id": "aaaaaaaa-0000-4000-8000-000000000001", "device_id": "d"}],
             "port_pairs": [{"ingress": "BBBBBBBB-0000-4000-8000-000000000001", "egress": "bbbbbbbb-0000-4000-8000-000000000001"}]}
            """).Resources.PortPairs.Single();
        Assert.Equal(pair.Ingress, pair.Egress);
    }

    [Fact]
    public void Quotas_do_not_apply() => Assert.Equal(11, Read(
        $$"""{"port_pair_groups": [{{string.Join(',', Enumerable.Repeat("{}", 11))}}]}""").Resources.PortPairGroups.Count);

    [Theory]
    [InlineData("""{"ports": {}}""", "ports", "not a list")]
    [InlineData("""{"ports": [7]}""", "ports[0]", "not an object")]
    [InlineData("[]", "$", "not an object")]
    [InlineData("""{"port": []}""", "port", "Accepted are networks")]
    [InlineData("""{"networks": [{"colour": 1}]}""", "networks[0].colour", "Accepted are id, name")]
    [InlineData("""{"networks": [{"id": "x"}]}""", "networks[0].id", "not a valid UUID")]
    [InlineData("""{"networks": [{"switching": "flood"}]}""", "networks[0].switching", "'static', 'learn'")]
    [InlineData("""{"networks": [{"mtu": 10}]}""", "networks[0].mtu", "68 to 65535")]
    [InlineData("""{"ports": [{"name": "p"}]}""", "ports[0].network_id", "Required attribute")]
    [InlineData("""{"ports": [{"network_id": "nosuch"}]}""", "ports[0].network_id", "names no network")]
    [InlineData("""{"networks": [{"name": "n"}], "uplinks": {"n": "nosuch"}}""", "uplinks.n", "names no port")]
    [InlineData("""{"uplinks": 3}""", "uplinks", "not an object")]
    [InlineData("""{"networks": [{"name": "n", "name": "m"}]}""", "$", "not JSON that can be used")]
    [InlineData("{\n  \"networks\": [}\n", "line 2, column 16", "not JSON")]
    [InlineData("", "line 1, column 1", "not JSON")]
    [InlineData("{\"networks\": []} x", "line 1, column 18", "not JSON")]
    public void Says_where_and_what(string json, string where, string message)
    {
        StateError error = Refused(json);
        Assert.Equal(where, error.Where);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"ingress\": \"in\", \"egress\": \"out\"", "\"ingress\": \"in\", \"egress\": \"src\"", "port_pairs[0].egress", "does not belong to a host")]
    [InlineData("[\"a\", \"c\"]", "[\"a\", \"x\"]", "port_pair_groups[0].port_pairs[1]", "'x' names no port pair")]
    [InlineData("[\"a\", \"c\"]", "[\"a\", \"a\"]", "port_pair_groups[0].port_pairs", "Duplicate items")]
    [InlineData("[\"a\", \"c\"]", "[\"a\", \"b\"]", "port_pair_groups[0].port_pairs", "inconsistent correlation")]
    [InlineData("{\"one\": [\"two\"]}", "{\"one\": [\"three\"]}", "service_graphs[0].port_chains.one[0]", "names no port chain")]
    [InlineData("{\"one\": [\"two\"]}", "{\"two\": [\"two\"]}", "service_graphs[0].port_chains", "loop")]
    [InlineData("\"symmetric\": true", "\"symmetric\": \"maybe\"", "port_chains[0].chain_parameters", "cannot be converted to boolean")]
    [InlineData("\"c\": {\"kind\": \"drop\"}", "\"c\": {\"kind\": \"aware\"}", "functions.c.kind", "correlation")]
    [InlineData("\"c\": {\"kind\": \"drop\"}", "\"c\": {\"kind\": \"eat\"}", "functions.c.kind", "Accepted are forward")]
    [InlineData("\"c\": {\"kind\": \"drop\"}", "\"c\": {}", "functions.c", "has no kind")]
    [InlineData("\"c\": {\"kind\": \"drop\"}", "\"c\": {\"kind\": \"drop\", \"source_ip\": \"10.0.0.1\"}", "functions.c.source_ip", "rewrite only")]
    [InlineData("\"c\": {\"kind\": \"drop\"}", "\"d\": {\"kind\": \"drop\"}", "functions.d", "names no port pair")]
    [InlineData("\"destination_port\": 8080", "\"destination_port\": 65536", "functions.a.destination_port", "0 to 65535")]
    [InlineData("\"destination_port\": 8080", "\"colour\": 1", "functions.a.colour", "Accepted are kind")]
    [InlineData("\"source_ip\": \"192.0.2.1\"", "\"source_ip\": \"192.0.2\"", "functions.a.source_ip", "not an IP address")]
    [InlineData("{\"name\": \"six\", \"ethertype\": \"IPv6\"}", "{\"name\": \"six\"}", "flow_classifiers[1]", "conflicts with another Flow Classifier")]
    [InlineData("\"on_empty\": \"skip\"", "\"on_empty\": \"maybe\"", "port_pair_groups[1].on_empty", "drop, skip or leave")]
    [InlineData("\"on_empty\": \"skip\"", "\"status\": \"ok\"", "port_pair_groups[1].status", "Accepted are id, group_id")]
    public void Refuses_what_the_API_refuses(string good, string bad, string where, string message)
    {
        Assert.Contains(good, ByName, StringComparison.Ordinal);
        StateError error = Refused(ByName.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal(where, error.Where);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_uplink_is_on_its_network()
    {
        StateError error = Refused("""{"networks": [{"name": "n"}, {"name": "m"}], "ports": [{"name": "p", "network_id": "n"}], "uplinks": {"m": "p"}}""");
        Assert.Equal("uplinks.m", error.Where);
        Assert.Contains("not on the network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_a_list_are_told()
    {
        StateReading reading = Parse("""{"networks": [{"mtu": 1}, {"name": "good"}, {"name": 5}]}""");
        Assert.Null(reading.Document);
        Assert.Equal(["networks[0].mtu", "networks[2].name"], reading.Errors.Select(error => error.Where));
    }

    [Fact]
    public void Two_objects_of_a_kind_with_one_id_are_refused()
    {
        const string Id = "aaaaaaaa-0000-4000-8000-000000000001";
        Assert.Equal("networks[1].id", Refused($$"""{"networks": [{"id": "{{Id}}"}, {"id": "{{Id}}"}]}""").Where);

        // Callers may choose ids, and need not tell kinds apart.
        Read($$"""{"networks": [{"id": "{{Id}}"}], "ports": [{"id": "{{Id}}", "network_id": "{{Id}}"}]}""");
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_like_any_other() =>
        Assert.Equal("no/such/file.json", Assert.Single(StateDocument.Load("no/such/file.json").Errors).Where);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Assert.Contains("UTF-8",
        Assert.Single(StateDocument.Parse(new byte[] { (byte)'"', 0xff, (byte)'"' }).Errors).Message, StringComparison.Ordinal);

    private static StateDocument Read(string json)
    {
        StateReading reading = Parse(json);
        Assert.Empty(reading.Errors);
        return reading.Document!;
    }

    private static StateError Refused(string json)
    {
        StateReading reading = Parse(json);
        Assert.Null(reading.Document);
        return Assert.Single(reading.Errors);
    }

    private static StateReading Parse(string json) => StateDocument.Parse(Encoding.UTF8.GetBytes(json));
}
