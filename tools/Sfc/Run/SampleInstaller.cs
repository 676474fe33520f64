using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Sfc.Run;

/// <summary>
/// Installs the sample chains as a client would: one POST an object, names looked up by GET. A text of the form
/// <c>$kind:name</c> in a body stands for the id of the object of that kind and name.
/// </summary>
internal sealed class SampleInstaller(HttpClient client, TextWriter text)
{
    /// <summary>Posts every object in order.</summary>
    /// <param name="objects">A JSON list of bodies, each with its envelope.</param>
    /// <exception cref="HttpRequestException">The API refused an object; the message has its answer.</exception>
    public async Task InstallAsync(Stream objects)
    {
        JsonArray bodies = (await JsonNode.ParseAsync(objects))!.AsArray();
        foreach (JsonNode? node in bodies)
        {
            JsonObject body = (JsonObject)node!;
            string kind = body.First().Key;
            await ResolveAsync(body);
            await PostAsync(kind, body);
        }
    }

    private static string Collection(string kind) => kind == "port" ? "/v2.0/ports" : $"/v2.0/sfc/{kind}s";

    private async Task PostAsync(string kind, JsonObject body)
    {
        using StringContent content = new(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await client.PostAsync(new Uri(Collection(kind), UriKind.Relative), content);
        if (answer.StatusCode != HttpStatusCode.Created)
        {
            throw new HttpRequestException($"POST {Collection(kind)} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        text.WriteLine($"POST {Collection(kind)} {body[kind]!["name"]} -> {(int)answer.StatusCode}");
    }

    private async Task ResolveAsync(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Select(member => member.Key).ToList())
            {
                await ReplaceAsync(members[name], resolved => members[name] = resolved);
            }
        }
        else if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                int index = i;
                await ReplaceAsync(items[index], resolved => items[index] = resolved);
            }
        }
    }

    private async Task ReplaceAsync(JsonNode? value, Action<string> replace)
    {
        if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is ['$', .. string reference])
        {
            replace(await FindAsync(reference));
        }
        else if (value is not null)
        {
            await ResolveAsync(value);
        }
    }

    private async Task<string> FindAsync(string reference)
    {
        string[] parts = reference.Split(':', 2);
        string path = $"{Collection(parts[0])}?name={Uri.EscapeDataString(parts[1])}&fields=id";
        using Stream answer = await client.GetStreamAsync(new Uri(path, UriKind.Relative));
        JsonNode list = (await JsonNode.ParseAsync(answer))!;
        return list[parts[0] + "s"]![0]!["id"]!.GetValue<string>();
    }
}
