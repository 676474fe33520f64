using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Tests.Http;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.OpenApi;

/// <summary>Requests drawn from the description, right and spoilt.</summary>
public sealed class RandomRequestsTests
{
    private const int Requests = 10_000;

    [Fact]
    public async Task Are_answered_as_described_and_leave_states_that_can_be_put_back()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        JsonObject document = (JsonObject)(await client.ExpectAsync(200, "GET", "/openapi.json"))!;
        OpenApiOperation[] operations = [.. OpenApiOperation.Of(document).Where(operation => operation.Path != "/openapi.json")];
        SchemaValidator schemas = new(document);
        Random random = new(20261122);
        List<string> ids = [];
        HashSet<string> succeeded = [];
        for (int round = LongRun.Scale(Requests); round > 0; round--)
        {
            OpenApiOperation operation = operations[random.Next(operations.Length)];
            SchemaSamples samples = new(schemas, random, ids);
            string path = PathOf(operation, samples, random, ids, out bool putsState);
            string? body = operation.Body is { } schema ? BodyOf(samples.Draw(schema), random) : null;
            string what = $"{operation.Method} {path} {body}";

            ResourceSet before = host.Current;
            (int status, JsonNode? answer) = await client.SendAsync(operation.Method, path, body);
            Assert.True(status < 500, $"{what}: {status}");
            Assert.True(operation.Check(schemas, status, answer) is not { } problem, $"{what}: {status} {answer?.ToJsonString()}");
            Assert.True(status < 400 || ReferenceEquals(before, host.Current), what);
            Assert.True(operation.Method != "GET" || ReferenceEquals(before, host.Current), what);
            if (status < 300)
            {
                succeeded.Add($"{operation.Method} {operation.Path}");
                Remember(answer, ids, putsState);
            }

            if (round % 100 == 0)
            {
                await PutBackAsync(client);
            }
        }

        // Enough of it succeeds to mean something: everything but what needs other objects to be just so.
        Assert.True(succeeded.Count > operations.Length / 2, string.Join(", ", operations.Select(operation => $"{operation.Method} {operation.Path}").Except(succeeded)));
    }

    private static async Task PutBackAsync(ApiClient client)
    {
        JsonNode state = (await client.ExpectAsync(200, "GET", "/v2.0/sfc/state"))!;
        long revision = (long)state["revision"]!;
        if (revision < (1L << 53) - 1)
        {
            state["revision"] = revision + 1;
            await client.ExpectAsync(200, "PUT", "/v2.0/sfc/state", state.ToJsonString());
            Assert.True(JsonNode.DeepEquals(state, await client.ExpectAsync(200, "GET", "/v2.0/sfc/state")));
        }
    }

    private static string PathOf(OpenApiOperation operation, SchemaSamples samples, Random random, List<string> ids, out bool putsState)
    {
        putsState = operation is { Method: "PUT", Path: "/v2.0/sfc/state" };
        string id = ids.Count > 0 && random.Next(4) > 0 ? ids[random.Next(ids.Count)] : random.Next(8) == 0 ? "x" : Guid.NewGuid().ToString();
        string path = operation.Path.Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{alias}", random.Next(2) == 0 ? "sfc" : "none", StringComparison.Ordinal)
            .Replace("{project_id}", random.Next(2) == 0 ? "p" : "fake_project_id", StringComparison.Ordinal);
        List<string> query = [];
        foreach (JsonNode? parameter in operation.Definition["parameters"] as JsonArray ?? [])
        {
            if ((string)parameter!["in"]! == "query" && random.Next(2) == 0)
            {
                query.Add($"{parameter["name"]}={samples.Draw(parameter["schema"]!)}");
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>Every third body is spoilt somewhere.</summary>
    private static string BodyOf(JsonNode? body, Random random)
    {
        if (body is JsonObject state && state.ContainsKey("revision"))
        {
            // Numbers as high as they go would leave nothing to come after.
            state["revision"] = random.Next(1000);
        }

        if (random.Next(3) == 0)
        {
            Spoil(body, random);
        }

        return body?.ToJsonString() ?? "null";
    }

    private static void Spoil(JsonNode? node, Random random)
    {
        if (node is JsonObject { Count: > 0 } members)
        {
            string name = members.ElementAt(random.Next(members.Count)).Key;
            if (members[name] is JsonObject or JsonArray && random.Next(3) > 0)
            {
                Spoil(members[name], random);
            }
            else
            {
                members[name] = Junk(random);
            }
        }
        else if (node is JsonArray { Count: > 0 } items)
        {
            items[random.Next(items.Count)] = Junk(random);
        }
    }

    private static JsonNode? Junk(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => true,
        2 => -1,
        3 => 1e300,
        4 => "",
        5 => "\u0000é",
        6 => new JsonArray(null, 1, "a"),
        7 => new JsonObject { ["a"] = null },
        8 => new string('x', 300),
        _ => long.MinValue,
    };

    private static void Remember(JsonNode? answer, List<string> ids, bool putsState)
    {
        if (putsState)
        {
            ids.Clear();
        }

        if (answer is JsonObject envelope && envelope.Count == 1 && envelope.Single().Value is JsonObject resource && resource["id"] is { } id)
        {
            ids.Add((string)id!);
        }
    }
}
