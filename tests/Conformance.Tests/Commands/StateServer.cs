using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Conformance.Tests.Commands;

/// <summary>
/// Answers <c>/v2.0/sfc/state</c> as decision 22 describes it, over TCP or a Unix socket, and keeps the heads of the requests:
/// what the commands send is seen apart from what our own server makes of it.
/// </summary>
internal sealed class StateServer : IDisposable
{
    private readonly Socket _listener;
    private readonly string _folder = Directory.CreateTempSubdirectory("sfc-test").FullName;
    private JsonObject _state;
    private long _revision;

    public StateServer(string state, long revision, bool unix = false)
    {
        _state = (JsonObject)JsonNode.Parse(state)!;
        _revision = revision;
        EndPoint endpoint = unix ? new UnixDomainSocketEndPoint(Path.Combine(_folder, "s")) : new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(endpoint);
        _listener.Listen();
        Address = unix ? $"unix:{Path.Combine(_folder, "s")}" : $"http://{_listener.LocalEndPoint}";
        _ = ServeAsync();
    }

    public string Address { get; }

    public List<string> Heads { get; } = [];

    public JsonObject? LastBody { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using Socket connection = await _listener.AcceptAsync();
                await AnswerAsync(connection);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // One request a connection keeps this short.
    private async Task AnswerAsync(Socket connection)
    {
        using NetworkStream stream = new(connection);
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        Heads.Add(head.ToString());
        string? length = head.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        byte[] body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        (string status, JsonObject answer) = head.ToString().StartsWith("PUT", StringComparison.Ordinal) ? Put(body) : Get();
        string text = answer.ToJsonString();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\nConnection: close\r\n\r\n{text}"));
    }

    private (string Status, JsonObject Answer) Get()
    {
        JsonObject answer = (JsonObject)_state.DeepClone();
        answer["revision"] = _revision;
        answer["generations"] = new JsonArray(1);
        return ("200 OK", answer);
    }

    private (string Status, JsonObject Answer) Put(byte[] utf8)
    {
        LastBody = (JsonObject)JsonNode.Parse(utf8)!;
        long revision = LastBody["revision"]!.GetValue<long>();
        if (revision <= _revision)
        {
            return ("409 Conflict", new JsonObject { ["NeutronError"] = new JsonObject { ["type"] = "X", ["message"] = $"The revision {revision} is not above {_revision}.", ["detail"] = "" } });
        }

        _revision = revision;
        _state = (JsonObject)LastBody.DeepClone();
        _state.Remove("revision");
        return ("200 OK", new JsonObject { ["revision"] = revision, ["generation"] = 5 });
    }
}
