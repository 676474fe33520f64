using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Sfc.Client;

/// <summary>Speaks to the control API; every failure is a <see cref="CommandFailure"/> that says it in one sentence.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string TokenHeader = "X-Auth-Token";
    private const string JsonType = "application/json";
    private const long MostAnswerBytes = 256 << 20;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ServerAddress _server;
    private readonly HttpClient _client;

    /// <summary>A client; nothing is sent yet.</summary>
    /// <param name="server">Where the API is.</param>
    /// <param name="token">Token to send with every request, or null.</param>
    public ApiClient(ServerAddress server, string? token)
    {
        _server = server;

        // A control API is a neighbour: no proxy of the environment, and no redirect that would take the token elsewhere.
        SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        if (server.SocketPath is string path)
        {
            handler.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        }

        _client = new HttpClient(handler) { BaseAddress = server.Root, Timeout = _patience, MaxResponseContentBufferSize = MostAnswerBytes };
        if (token is not null && !_client.DefaultRequestHeaders.TryAddWithoutValidation(TokenHeader, token))
        {
            throw new CommandFailure("The token cannot be sent in a header. Accepted is one line of printable ASCII.");
        }
    }

    /// <summary>The server's address as it was given.</summary>
    public string Server => _server.Text;

    /// <summary>GET.</summary>
    /// <param name="path">Path and query, relative to the root.</param>
    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>POST.</summary>
    /// <param name="path">Path, relative to the root.</param>
    /// <param name="body">The body.</param>
    public Task<ApiAnswer> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>POST with an answer that comes line by line, for as long as the server sends some.</summary>
    /// <param name="path">Path, relative to the root.</param>
    /// <param name="body">The body.</param>
    public async IAsyncEnumerable<string> PostLinesAsync(string path, JsonNode body)
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, path, body);
        using HttpResponseMessage response = await ExplainAsync(() => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandFailure(Explanation((int)response.StatusCode, await ExplainAsync(() => response.Content.ReadAsStringAsync())));
        }

        using StreamReader reader = new(await ExplainAsync(() => response.Content.ReadAsStreamAsync()));
        while (await ExplainAsync(() => reader.ReadLineAsync()) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>PUT.</summary>
    /// <param name="path">Path, relative to the root.</param>
    /// <param name="body">The body.</param>
    public Task<ApiAnswer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body);

    /// <summary>DELETE.</summary>
    /// <param name="path">Path, relative to the root.</param>
    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body)
    {
        HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(JsonType));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, PlainJson.Default.JsonNode));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(JsonType);
        }

        return request;
    }

    private async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using HttpRequestMessage request = Request(method, path, body);
        using HttpResponseMessage response = await ExplainAsync(() => _client.SendAsync(request));
        string text = await ExplainAsync(() => response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode
            ? new ApiAnswer(text, $"The server at {_server.Text}")
            : throw new CommandFailure(Explanation((int)response.StatusCode, text));
    }

    private async Task<T> ExplainAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new CommandFailure($"The server at {_server.Text} cannot be reached: {Innermost(failure).Message}.");
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            throw new CommandFailure("The token cannot be sent in a header. Accepted is one line of printable ASCII.");
        }
        catch (TaskCanceledException)
        {
            throw new CommandFailure($"The server at {_server.Text} did not answer within {_patience.TotalSeconds:F0} s.");
        }
    }

    // The envelope of Neutron's errors; anything else did not come from a control API.
    private string Explanation(int status, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject body && body["NeutronError"] is JsonObject error
                && error["message"] is JsonValue message && message.GetValueKind() == JsonValueKind.String)
            {
                return message.GetValue<string>();
            }
        }
        catch (JsonException)
        {
            // Falls through to the sentence for answers that explain nothing.
        }

        return $"The server at {_server.Text} answered {status} without saying why; is it the control API of a forwarder?";
    }

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (!File.Exists(path))
            {
                // The runtime's own sentence for this is about addresses.
                throw new IOException("There is no such socket");
            }

            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
