using System.Text.Json.Nodes;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Tests.PortPairGroups;

/// <summary><c>on_empty</c> of groups and the default of the server in its place.</summary>
public sealed class OnEmptyTests
{
    private const string Groups = "/v2.0/sfc/port_pair_groups";

    [Theory]
    [InlineData(EmptyGroupAction.Drop, EmptyGroupPolicy.Drop)]
    [InlineData(EmptyGroupAction.Leave, EmptyGroupPolicy.Leave)]
    public async Task What_is_set_is_carried_out_and_shown_and_null_gives_it_back_to_the_server(EmptyGroupAction byDefault, EmptyGroupPolicy compiled)
    {
        ForwarderDriver forwarder = new();
        await using DriverSet drivers = new(forwarder) { OnEmpty = byDefault };
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Compile = drivers.Compile, Publish = drivers.Publish, Drivers = drivers });
        using ApiClient client = new(host);
        string id = (string)(await client.ExpectAsync(201, "POST", Groups, """{"port_pair_group": {}}"""))!["port_pair_group"]!["id"]!;
        await client.ExpectAsync(201, "POST", "/v2.0/sfc/port_chains", $$$"""{"port_chain": {"port_pair_groups": ["{{{id}}}"]}}""");
        Assert.Equal((compiled, null), await SeenAsync());

        await client.ExpectAsync(200, "PUT", $"{Groups}/{id}", """{"port_pair_group": {"on_empty": "skip"}}""");
        Assert.Equal((EmptyGroupPolicy.Skip, "skip"), await SeenAsync());
        await client.ExpectAsync(200, "PUT", $"{Groups}/{id}", """{"port_pair_group": {"name": "renamed"}}""");
        Assert.Equal((EmptyGroupPolicy.Skip, "skip"), await SeenAsync());

        await client.ExpectAsync(200, "PUT", $"{Groups}/{id}", """{"port_pair_group": {"on_empty": null}}""");
        Assert.Equal((compiled, null), await SeenAsync());
        string word = EmptyGroupActions.Word(byDefault);
        Assert.Equal($$"""{"on_empty":"{{word}}"}""", (await client.ExpectAsync(200, "GET", $"{Groups}/{id}?fields=on_empty"))!["port_pair_group"]!.ToJsonString());
        Assert.Equal($$"""[{"on_empty":"{{word}}"}]""", (await client.ExpectAsync(200, "GET", $"{Groups}?fields=on_empty"))!["port_pair_groups"]!.ToJsonString());

        async Task<(EmptyGroupPolicy Compiled, string? Shown)> SeenAsync()
        {
            JsonNode group = (await client.ExpectAsync(200, "GET", $"{Groups}/{id}"))!["port_pair_group"]!;
            return (forwarder.Current.Definition.Paths.Single().Hops.Single().OnEmpty, (string?)group["on_empty"]);
        }
    }

    [Fact]
    public async Task A_state_says_what_is_set_and_nothing_of_the_default()
    {
        await using DriverSet drivers = new() { OnEmpty = EmptyGroupAction.Leave };
        await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Drivers = drivers });
        using ApiClient client = new(host);
        foreach (string onEmpty in new[] { "null", "\"drop\"", "\"leave\"" })
        {
            await client.ExpectAsync(201, "POST", Groups, $$$"""{"port_pair_group": {"on_empty": {{{onEmpty}}} }}""");
        }

        JsonNode state = (await client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!;
        Assert.Equal([null, "drop", "leave"], state["port_pair_groups"]!.AsArray().Select(group => (string?)group!["on_empty"]));
        Assert.False(state["port_pair_groups"]![0]!.AsObject().ContainsKey("on_empty"));
        state["revision"] = 99;
        await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", state.ToJsonString());
        Assert.True(JsonNode.DeepEquals(state, await client.ExpectAsync(200, "GET", "/v2.0/sfc/state")));
    }

    [Theory]
    [InlineData("\"Drop\"", "'Drop'")]
    [InlineData("\"\"", "''")]
    [InlineData("false", "'False'")]
    [InlineData("[\"drop\"]", "'[")]
    public async Task Another_value_is_refused(string value, string named)
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string message = await client.RefusedAsync(400, "POST", Groups, $$$"""{"port_pair_group": {"on_empty": {{{value}}} }}""");
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Contains("accepted are 'drop', 'skip', 'leave'", message, StringComparison.Ordinal);
    }
}
