using System.Text.Json.Nodes;
using NetworkingSfc.Control.Tests.Hosting;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Configuration;

/// <summary>Ports that the configuration file attaches, in a server that does not have them all.</summary>
public sealed class ConfiguredPortsTests
{
    private const string Id = "22222222-0000-4000-8000-000000000001";

    [Fact]
    public async Task What_attaches_nothing_is_logged_once_and_shown_in_the_status_until_it_does()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("sfc.toml", $"""
            [control]
            listen = "127.0.0.1:0"
            data = ":memory:"
            [[port]]
            port = "one"
            kind = "memory"
            [[port]]
            port = "two"
            kind = "memory"
            [[port]]
            port = "{Id}"
            kind = "memory"
            frames = 64
            """);
        using ServerProcess server = await ServerProcess.StartAsync("up", "--config", file);
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        await server.SaysAsync("The [[port]] 'one' of the configuration attaches nothing: No port has this id or name yet.");
        Assert.Equal(["one", "two", Id], (await UnusedAsync(client)).Select(entry => (string?)entry!["port"]));

        await RoleProcesses.PutAsync(server, JsonNode.Parse($$$"""
            {"revision": 1, "networks": [{"name": "n"}], "ports": [
              {"id": "{{{Id}}}", "name": "one", "network_id": "n"}, {"name": "two", "network_id": "n"}, {"name": "two", "network_id": "n"}]}
            """)!);

        await server.SaysAsync("The [[port]] 'two' of the configuration attaches nothing: Several ports have this name.");
        await server.SaysAsync($"The [[port]] '{Id}' of the configuration attaches nothing: Another [[port]] before it attaches port {Id} already.");
        Assert.Equal(["two", Id], (await UnusedAsync(client)).Select(entry => (string?)entry!["port"]));

        await RoleProcesses.PutAsync(server, JsonNode.Parse("""{"revision": 2, "networks": [{"name": "n"}], "ports": [{"name": "one", "network_id": "n"}, {"name": "two", "network_id": "n"}]}""")!);
        Assert.Equal([Id], (await UnusedAsync(client)).Select(entry => (string?)entry!["port"]));
        await RoleProcesses.PutAsync(server, JsonNode.Parse("""{"revision": 3, "networks": [{"name": "m"}, {"name": "n"}], "ports": [{"name": "one", "network_id": "n"}, {"name": "two", "network_id": "n"}]}""")!);
        await server.SignalAsync("TERM");
        string[] told = [.. (await server.EndAsync()).Error.Split('\n').Where(line => line.Contains($"'{Id}'", StringComparison.Ordinal))];
        Assert.Collection(told, Says("No port has"), Says("Another [[port]]"), Says("No port has"));
    }

    private static Action<string> Says(string reason) => line => Assert.Contains(reason, line, StringComparison.Ordinal);

    private static async Task<JsonArray> UnusedAsync(HttpClient client) =>
        (JsonArray)JsonNode.Parse(await client.GetStringAsync("v2.0/sfc/status", TestContext.Current.CancellationToken))!["unused_ports"]!;
}
