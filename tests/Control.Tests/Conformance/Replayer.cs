using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.Conformance;

/// <summary>Sends the exchanges of scenario files to a server and compares the answers.</summary>
internal sealed class Replayer(Uri server) : IDisposable
{
    private const string JsonType = "application/json";

    /// <summary>Dependants first.</summary>
    private static readonly string[] _collections =
    [
        "sfc/service_graphs", "sfc/port_chains", "sfc/port_pair_groups", "sfc/port_pairs", "sfc/flow_classifiers", "ports", "subnets", "networks",
    ];

    private readonly HttpClient _client = new() { BaseAddress = server };

    /// <summary>Number of exchanges that went as recorded.</summary>
    public int Passed { get; private set; }

    /// <summary>What did not.</summary>
    public List<string> Failures { get; } = [];

    public void Dispose() => _client.Dispose();

    /// <summary>Empties the server, makes the fixtures, and plays one scenario.</summary>
    public async Task PlayAsync(string file)
    {
        JsonObject scenario = (JsonObject)JsonNode.Parse(await File.ReadAllBytesAsync(file))!;
        Variables variables = new() { ["base"] = server.ToString().TrimEnd('/') };
        await WipeAsync();
        await MakeFixturesAsync(scenario, variables);
        int number = 0;
        foreach (JsonNode? exchange in (JsonArray)scenario["exchanges"]!)
        {
            number++;
            try
            {
                await ExchangeAsync((JsonObject)exchange!, variables);
                Passed++;
            }
            catch (Mismatch mismatch)
            {
                Failures.Add($"{scenario["id"]} #{number} {exchange!["request"]!["method"]} {exchange["request"]!["path"]}: {mismatch.Message}");
            }
        }
    }

    private async Task ExchangeAsync(JsonObject exchange, Variables variables)
    {
        JsonObject request = (JsonObject)exchange["request"]!;
        string path = variables.Substitute((string)request["path"]!);
        if ((string?)request["query"] is { Length: > 0 } query)
        {
            path += "?" + variables.Substitute(query);
        }

        string? body = request.ContainsKey("body")
            ? variables.Substitute(request["body"])?.ToJsonString() ?? "null"
            : (string?)request["body_raw"] is { } raw ? variables.Substitute(raw) : null;
        using HttpRequestMessage message = Message((string)request["method"]!, path, body);
        foreach ((string name, JsonNode? value) in request["headers"] as JsonObject ?? [])
        {
            string text = variables.Substitute((string)value!);
            bool ofContent = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);
            (ofContent ? message.Content!.Headers : (System.Net.Http.Headers.HttpHeaders)message.Headers).Remove(name);
            Assert.True((ofContent ? message.Content!.Headers : (System.Net.Http.Headers.HttpHeaders)message.Headers).TryAddWithoutValidation(name, text));
        }

        using HttpResponseMessage response = await _client.SendAsync(message);
        Compare((JsonObject)exchange["response"]!, response, await response.Content.ReadAsStringAsync(), variables);
    }

    private static void Compare(JsonObject expected, HttpResponseMessage response, string text, Variables variables)
    {
        int status = (int)expected["status"]!;
        int got = (int)response.StatusCode;
        if (status >= 500)
        {
            // Where the reference failed, a refusal is the better answer.
            if (got is < 400 or >= 500)
            {
                throw new Mismatch($"status: expected a refusal, got {got}");
            }

            return;
        }

        if (got != status)
        {
            throw new Mismatch($"status: expected {status}, got {got}, body {text}");
        }

        if ((string?)expected["text"] is { } plain)
        {
            variables.Match(plain, text, "$");
        }
        else if (expected.ContainsKey("body"))
        {
            if (response.Content.Headers.ContentType?.MediaType != JsonType)
            {
                throw new Mismatch($"content type: expected {JsonType}, got {response.Content.Headers.ContentType}");
            }

            Comparison.Body(expected, JsonNode.Parse(text), variables);
        }
    }

    private async Task WipeAsync()
    {
        foreach (string collection in _collections)
        {
            JsonNode list = JsonNode.Parse(await _client.GetStringAsync($"/v2.0/{collection}?fields=id"))!;
            foreach (JsonNode? item in (JsonArray)list[collection.Split('/')[^1]]!)
            {
                using HttpResponseMessage response = await _client.DeleteAsync($"/v2.0/{collection}/{item!["id"]}");
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            }
        }
    }

    private async Task MakeFixturesAsync(JsonObject scenario, Variables variables)
    {
        if (scenario["fixtures"]?["ports"] is not JsonObject { Count: > 0 } ports)
        {
            return;
        }

        string network = await CreateAsync("network", new JsonObject { ["name"] = "fixture-net" });
        variables["net.id"] = network;
        foreach ((string name, JsonNode? attributes) in ports)
        {
            JsonObject port = new() { ["network_id"] = network, ["name"] = name };
            foreach ((string attribute, JsonNode? value) in (JsonObject)attributes!)
            {
                port[attribute] = value?.DeepClone();
            }

            variables[$"{name}.id"] = await CreateAsync("port", port);
        }
    }

    private async Task<string> CreateAsync(string singular, JsonObject resource)
    {
        using HttpRequestMessage message = Message("POST", $"/v2.0/{singular}s", new JsonObject { [singular] = resource }.ToJsonString());
        using HttpResponseMessage response = await _client.SendAsync(message);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        return (string)JsonNode.Parse(text)![singular]!["id"]!;
    }

    private static HttpRequestMessage Message(string method, string path, string? body)
    {
        HttpRequestMessage message = new(new HttpMethod(method), new Uri(path, UriKind.Relative));
        message.Headers.Add("Accept", JsonType);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            message.Content.Headers.ContentType = new(JsonType);
        }

        return message;
    }
}
