using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Hosting;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Sends JSON and reads JSON.</summary>
internal sealed class ApiClient(ControlHost host) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = host.Address };

    public void Dispose() => _client.Dispose();

    /// <summary>Sends a request with headers written as <c>Name: value</c>.</summary>
    public async Task<(int Status, JsonNode? Body)> SendAsync(string method, string path, string? body = null, params string[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(path, UriKind.Relative));
        foreach (string header in headers)
        {
            string[] halves = header.Split(": ", 2);
            Assert.True(request.Headers.TryAddWithoutValidation(halves[0], halves[1]));
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, bytes.Length == 0 ? null : JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { MaxDepth = 128 }));
    }

    /// <summary>Sends a request that must be answered with a status.</summary>
    public async Task<JsonNode?> ExpectAsync(int status, string method, string path, string? body = null, params string[] headers)
    {
        (int got, JsonNode? answer) = await SendAsync(method, path, body, headers);
        Assert.True(status == got, $"{method} {path}: expected {status}, got {got}: {answer?.ToJsonString()}");
        return answer;
    }

    /// <summary>Sends a request that must be refused with a status and the envelope; gives the message.</summary>
    public async Task<string> RefusedAsync(int status, string method, string path, string? body = null, params string[] headers)
    {
        JsonNode answer = (await ExpectAsync(status, method, path, body, headers))!;
        return $"{answer["NeutronError"]!["type"]}: {answer["NeutronError"]!["message"]}";
    }
}
