using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.State;

/// <summary><c>/v2.0/sfc/state</c>: everything at once.</summary>
public sealed class StateRequestsTests
{
    private const string State = "/v2.0/sfc/state";

    [Fact]
    public async Task The_shared_example_is_put_and_comes_back()
    {
        Assert.SkipUnless(Repository.HasShared, $"The example is not there: {Repository.Shared} does not exist.");
        JsonObject example = (JsonObject)JsonNode.Parse(await File.ReadAllBytesAsync(
            Path.Combine(Repository.Shared, "spec", "state-example.json"), TestContext.Current.CancellationToken))!;
        example["revision"] = 41;
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        Assert.Equal("""{"revision":41,"generation":0}""", (await client.ExpectAsync(200, "PUT", State, example.ToJsonString()))!.ToJsonString());
        Assert.Equal((41, 1, 3), (host.Current.Revision, host.Current.Uplinks.Count, host.Current.Functions.Count));

        JsonNode shown = (await client.ExpectAsync(200, "GET", State))!;
        shown["revision"] = 42;
        await client.ExpectAsync(200, "PUT", State, shown.ToJsonString());
        Assert.True(JsonNode.DeepEquals(shown, await client.ExpectAsync(200, "GET", State)));

        // What comes after counts on from there.
        await client.ExpectAsync(201, "POST", "/v2.0/networks", """{"network": {}}""");
        Assert.Equal(43, host.Current.Revision);
    }

    [Theory]
    [InlineData("""{"revision": 1, "networks": [{"name": "a"}, {"mtu": 1}]}""", 400, "networks[1].mtu")]
    [InlineData("""{"revision": 1, "networks": [{"name": "a"}], "uplinks": {"a": "b"}}""", 400, "uplinks.a")]
    [InlineData("""{"revision": 1, "quotas": {}}""", 400, "'quotas' is not a member")]
    [InlineData("""{"networks": []}""", 400, "has no revision")]
    [InlineData("""{"revision": 1.5}""", 400, "'1.5' is not a revision")]
    [InlineData("""{"revision": "1"}""", 400, "is not a revision")]
    [InlineData("""{"revision": 9007199254740992}""", 400, "is not a revision")]
    [InlineData("""{"revision": -1}""", 400, "is not a revision")]
    [InlineData("""{"revision": 0}""", 409, "Accepted is a greater one")]
    [InlineData("""{"revision": 1, "revision": 2}""", 400, "not JSON that can be used")]
    [InlineData("""[]""", 400, "not an object")]
    [InlineData("", 400, "not JSON")]
    public async Task What_is_wrong_changes_nothing(string body, int status, string message)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        Assert.Contains(message, await client.RefusedAsync(status, "PUT", State, body), StringComparison.Ordinal);
        Assert.Same(ResourceSet.Empty, host.Current);
    }

    [Fact]
    public async Task A_revision_is_used_once_and_all_is_replaced()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Quotas = Quotas.Default.With("port_pair_group", 1) });
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", "/v2.0/quotas/p", """{"quota": {"port_pair": 5}}""");
        await client.ExpectAsync(201, "POST", "/v2.0/networks", """{"network": {"name": "gone"}}""");

        // Quotas do not hold for a state, and are no part of it.
        string body = """{"revision": 9, "port_pair_groups": [{"name": "a"}, {"name": "b"}]}""";
        await client.ExpectAsync(200, "PUT", State, body);
        Assert.Equal((0, 2), (host.Current.Networks.Count, host.Current.PortPairGroups.Count));
        Assert.Single(host.Current.QuotaLimits);
        Assert.StartsWith("StateRevisionConflict", await client.RefusedAsync(409, "PUT", State, body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revision_numbers_count_on()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string id = "11111111-0000-4000-8000-000000000001";
        await client.ExpectAsync(201, "PUT", $"/v2.0/networks/{id}?create=true", """{"network": {"revision_number": 5}}""");
        await client.ExpectAsync(200, "PUT", State, $$$$"""{"revision": 5, "networks": [{"id": "{{{{id}}}}"}]}""");
        Assert.Equal(5, host.Current.Networks.Single().RevisionNumber);
        await client.ExpectAsync(200, "PUT", State, $$$$"""{"revision": 6, "networks": [{"id": "{{{{id}}}}", "name": "n"}]}""");
        Assert.Equal(6, host.Current.Networks.Single().RevisionNumber);
    }

    /// <summary>Every state that the API lets come about can be put back, also where a rule looks at creation only.</summary>
    [Fact]
    public async Task States_that_creation_would_refuse_are_put_back()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await AwkwardState.MakeAsync(client);
        JsonNode shown = (await client.ExpectAsync(200, "GET", State))!;
        shown["revision"] = (long)shown["revision"]! + 1;
        await client.ExpectAsync(200, "PUT", State, shown.ToJsonString());
        Assert.True(JsonNode.DeepEquals(shown, await client.ExpectAsync(200, "GET", State)));
    }

    /// <summary>Decision 12. A graph may always go; the chains that it joined stay as they are, also when they are put back.</summary>
    [Fact]
    public async Task Chains_that_a_graph_joins_may_overlap_and_others_may_not()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", State, OverlappingChains.With("""[{"port_chains": {"one": ["two"], "two": ["three"]}}]"""));
        (string one, string four) = (host.Current.PortChains.First().IdText, host.Current.PortChains.Last().IdText);
        await client.ExpectAsync(200, "PUT", $"/v2.0/sfc/port_chains/{one}", """{"port_chain": {"name": "renamed"}}""");

        // Not joined to them: the fourth may not have a classifier that overlaps theirs.
        string port = (string)(await client.ExpectAsync(201, "POST", "/v2.0/ports", $$$$"""{"port": {"network_id": "{{{{host.Current.Networks.Single().IdText}}}}"}}"""))!["port"]!["id"]!;
        string classifier = (string)(await client.ExpectAsync(201, "POST", "/v2.0/sfc/flow_classifiers", $$$$"""{"flow_classifier": {"logical_source_port": "{{{{port}}}}"}}"""))!["flow_classifier"]!["id"]!;
        string refused = await client.RefusedAsync(400, "PUT", $"/v2.0/sfc/port_chains/{four}", $$$$"""{"port_chain": {"flow_classifiers": ["{{{{classifier}}}}"]}}""");
        Assert.StartsWith("PortChainFlowClassifierInConflict", refused, StringComparison.Ordinal);

        await client.ExpectAsync(204, "DELETE", $"/v2.0/sfc/service_graphs/{host.Current.ServiceGraphs.Single().IdText}");
        JsonNode shown = (await client.ExpectAsync(200, "GET", State))!;
        shown["revision"] = (long)shown["revision"]! + 1;
        await client.ExpectAsync(200, "PUT", State, shown.ToJsonString());
    }

    [Fact]
    public async Task Chains_that_overlap_and_that_no_graph_of_the_document_joins_are_refused()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string none = await client.RefusedAsync(400, "PUT", State, OverlappingChains.With("[]"));
        Assert.Contains("port_chains[1].flow_classifiers: Flow Classifier", none, StringComparison.Ordinal);
        Assert.Contains("port_chains[2].flow_classifiers: Flow Classifier", none, StringComparison.Ordinal);

        string first = await client.RefusedAsync(400, "PUT", State, OverlappingChains.With("""[{"port_chains": {"one": ["two"]}}]"""));
        Assert.StartsWith("InvalidState", first, StringComparison.Ordinal);
        Assert.DoesNotContain("port_chains[1]", first, StringComparison.Ordinal);
        Assert.Contains("port_chains[2].flow_classifiers: Flow Classifier", first, StringComparison.Ordinal);
        Assert.Same(ResourceSet.Empty, host.Current);
        await client.ExpectAsync(200, "PUT", State, OverlappingChains.With("""[{"port_chains": {"one": ["two"], "two": ["three"]}}]"""));
    }

    /// <summary>What is held was accepted once; what is not the same as that is judged anew.</summary>
    [Fact]
    public async Task Overlaps_that_are_held_already_may_be_put_and_others_may_not()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", State, OverlappingChains.With("""[{"port_chains": {"one": ["two"], "two": ["three"]}}]"""));
        await client.ExpectAsync(204, "DELETE", $"/v2.0/sfc/service_graphs/{host.Current.ServiceGraphs.Single().IdText}");
        JsonNode held = (await client.ExpectAsync(200, "GET", State))!;
        ResourceSet before = host.Current;

        Assert.Contains("port_chains[1].flow_classifiers", await client.RefusedAsync(400, "PUT", State, Changed(held, state =>
            state["flow_classifiers"]![1]!["protocol"] = "tcp")), StringComparison.Ordinal);
        Assert.Contains("port_chains[1].flow_classifiers", await client.RefusedAsync(400, "PUT", State, Changed(held, state =>
            (state["port_chains"]![0]!["flow_classifiers"], state["port_chains"]![1]!["flow_classifiers"]) =
                (state["port_chains"]![1]!["flow_classifiers"]!.DeepClone(), state["port_chains"]![0]!["flow_classifiers"]!.DeepClone()))), StringComparison.Ordinal);
        Assert.Contains("port_chains[3].flow_classifiers", await client.RefusedAsync(400, "PUT", State, Changed(held, state =>
        {
            state["ports"]!.AsArray().Add(JsonNode.Parse("""{"name": "d", "network_id": "net"}"""));
            state["flow_classifiers"]!.AsArray().Add(JsonNode.Parse("""{"name": "w", "logical_source_port": "d"}"""));
            state["port_chains"]![3]!["flow_classifiers"] = new JsonArray("w");
        })), StringComparison.Ordinal);
        Assert.Same(before, host.Current);

        await client.ExpectAsync(200, "PUT", State, Changed(held, state => state["flow_classifiers"]![1]!["name"] = "renamed"));
        Assert.Contains(host.Current.FlowClassifiers, classifier => classifier.Name == "renamed");
    }

    [Fact]
    public async Task Uplinks_and_functions_go_with_what_they_belong_to()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.ExpectAsync(200, "PUT", State, """
            {"revision": 1, "networks": [{"name": "n"}], "ports": [{"name": "p", "network_id": "n", "device_id": "d"}],
             "port_pairs": [{"name": "pp", "ingress": "p", "egress": "p"}], "functions": {"pp": {"kind": "rewrite", "source_ip": "192.0.2.1", "source_port": 7}}, "uplinks": {"n": "p"}}
            """);
        JsonNode shown = (await client.ExpectAsync(200, "GET", State))!;
        Assert.Equal("""{"kind":"rewrite","source_ip":"192.0.2.1","source_port":7}""", shown["functions"]!.AsObject().Single().Value!.ToJsonString());
        await client.ExpectAsync(204, "DELETE", $"/v2.0/sfc/port_pairs/{host.Current.PortPairs.Single().Id}");
        await client.ExpectAsync(204, "DELETE", $"/v2.0/ports/{host.Current.Ports.Single().Id}");
        Assert.Empty(host.Current.Functions);
        Assert.Empty(host.Current.Uplinks);
    }

    [Fact]
    public async Task Generations_come_from_the_forwarder()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Forwarder = new TwoWorkers(), Compile = set => CompileResult.Success(set, 7) });
        using ApiClient client = new(host);
        Assert.Equal(7, (int)(await client.ExpectAsync(200, "PUT", State, """{"revision": 1}"""))!["generation"]!);
        Assert.Equal("[6,7]", (await client.ExpectAsync(200, "GET", State))!["generations"]!.ToJsonString());
    }

    /// <summary>Each accepted PUT is told the generation in which its own state went to the forwarder, however many came at once.</summary>
    [Fact]
    public async Task Each_of_many_at_once_is_told_its_own_generation()
    {
        ForwarderDriver driver = new();
        await using DriverSet drivers = new(driver);
        ConcurrentDictionary<long, ulong> published = new();
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions
        {
            Compile = drivers.Compile,
            Publish = (set, compiled) =>
            {
                drivers.Publish(set, compiled);
                published[set.Revision] = driver.Published;
            },
            Forwarder = driver,
        });
        long next = 0;
        ConcurrentBag<(long Revision, ulong Generation)> answered = [];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using ApiClient client = new(host);
            for (int put = 0; put < 50; put++)
            {
                // One that was overtaken is refused, and has no generation.
                (int status, JsonNode? answer) = await client.SendAsync("PUT", State, $$"""{"revision": {{Interlocked.Increment(ref next)}}}""");
                if (status == 200)
                {
                    answered.Add(((long)answer!["revision"]!, (ulong)answer["generation"]!));
                }
            }
        }));
        Assert.NotEmpty(answered);
        Assert.All(answered, one => Assert.Equal(published[one.Revision], one.Generation));
    }

    [Fact]
    public async Task Only_administrators_may_and_only_by_GET_and_PUT()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        await client.RefusedAsync(403, "GET", State, null, "X-Project-Id: a");
        await client.RefusedAsync(403, "PUT", State, """{"revision": 1}""", "X-Project-Id: a");
        await client.RefusedAsync(405, "DELETE", State);
    }

    [Fact]
    public async Task A_state_may_be_larger_than_other_bodies_up_to_a_limit()
    {
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { MaxBodyBytes = 1000, MaxStateBytes = 10_000 });
        using ApiClient client = new(host);
        StringBuilder body = new("{\"revision\": 1, \"networks\": [");
        body.AppendJoin(", ", Enumerable.Range(0, 100).Select(number => $"{{\"name\": \"network {number}\"}}"));
        await client.ExpectAsync(200, "PUT", State, body.Append("]}").ToString());
        await client.RefusedAsync(413, "PUT", State, body.Append(' ', 10_000).ToString());
        await client.RefusedAsync(413, "POST", "/v2.0/networks", new string(' ', 1001));
    }

    private static string Changed(JsonNode state, Action<JsonNode> change)
    {
        JsonNode next = state.DeepClone();
        next["revision"] = (long)next["revision"]! + 1;
        change(next);
        return next.ToJsonString();
    }

    private sealed class TwoWorkers : IForwarderProgress
    {
        public ImmutableArray<ulong> Adopted => [6, 7];
    }
}
