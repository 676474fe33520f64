using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>Changes the chain of a <see cref="ChainState"/> again and again, and leaves it as it was.</summary>
internal static class ChainChanges
{
    /// <summary>Changes of the chain itself in a round: a classifier is made, enters the chain, leaves it and is deleted.</summary>
    public const int InRound = 2;

    /// <summary>Makes the changes of some rounds.</summary>
    public static async Task MakeAsync(ServerProcess control, int rounds)
    {
        using HttpClient client = RoleProcesses.Client(control);
        JsonNode chain = (await SendAsync(client, HttpMethod.Get, "port_chains", null))!["port_chains"]![0]!;
        string own = (string)chain["flow_classifiers"]![0]!;
        string source = (string)(await SendAsync(client, HttpMethod.Get, $"flow_classifiers/{own}", null))!["flow_classifier"]!["logical_source_port"]!;
        for (int round = 0; round < rounds; round++)
        {
            JsonNode made = (await SendAsync(client, HttpMethod.Post, "flow_classifiers", $$$"""{"flow_classifier": {"protocol": "tcp", "source_ip_prefix": "10.9.{{{round % 250}}}.0/24", "logical_source_port": "{{{source}}}"} }"""))!;
            string id = (string)made["flow_classifier"]!["id"]!;
            await SendAsync(client, HttpMethod.Put, $"port_chains/{chain["id"]}", $$$"""{"port_chain": {"flow_classifiers": ["{{{own}}}", "{{{id}}}"]} }""");
            await SendAsync(client, HttpMethod.Put, $"port_chains/{chain["id"]}", $$$"""{"port_chain": {"flow_classifiers": ["{{{own}}}"]} }""");
            await SendAsync(client, HttpMethod.Delete, $"flow_classifiers/{id}", null);
        }
    }

    private static async Task<JsonNode?> SendAsync(HttpClient client, HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, $"v2.0/sfc/{path}") { Content = body is null ? null : new StringContent(body) };
        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
