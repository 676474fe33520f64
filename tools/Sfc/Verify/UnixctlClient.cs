using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>
/// A connection to the socket where an Open vSwitch daemon takes commands: JSON-RPC as in RFC 7047, section 4, one object
/// after the other with nothing between them. One connection for many commands costs a hundredth of running ovs-appctl.
/// </summary>
internal sealed class UnixctlClient : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
    {
        SendTimeout = (int)_limit.TotalMilliseconds,
        ReceiveTimeout = (int)_limit.TotalMilliseconds,
    };

    private byte[] _received = new byte[1 << 16];
    private int _length;

    /// <summary>Connects.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <exception cref="CommandFailure">Nobody listens there.</exception>
    public UnixctlClient(string path)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure)
        {
            _socket.Dispose();
            throw new CommandFailure($"Open vSwitch does not answer: {failure.Message}");
        }
    }

    /// <summary>Gives commands in one go and waits for all answers.</summary>
    /// <param name="commands">Each as its name and its arguments.</param>
    /// <returns>The answers in the same order.</returns>
    /// <exception cref="CommandFailure">A command was refused, or the daemon did not answer in time.</exception>
    public IReadOnlyList<string> Ask(params IReadOnlyList<IReadOnlyList<string>> commands)
    {
        StringBuilder requests = new();
        for (int id = 0; id < commands.Count; id++)
        {
            JsonArray parameters = [.. commands[id].Skip(1).Select(argument => (JsonNode)argument)];
            requests.Append(new JsonObject { ["method"] = commands[id][0], ["params"] = parameters, ["id"] = id }.ToJsonString());
        }

        try
        {
            _socket.Send(Encoding.UTF8.GetBytes(requests.ToString()));
            return [.. commands.Select(command => Answer(command))];
        }
        catch (SocketException failure)
        {
            throw new CommandFailure($"Open vSwitch does not answer: {failure.Message}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private string Answer(IReadOnlyList<string> command)
    {
        JsonObject answer = NextObject();
        return answer["error"] is JsonNode error
            ? throw new CommandFailure($"Open vSwitch refuses '{string.Join(' ', command)}': {error}")
            : answer["result"]!.GetValue<string>();
    }

    private JsonObject NextObject()
    {
        while (true)
        {
            Utf8JsonReader reader = new(_received.AsSpan(0, _length), isFinalBlock: false, state: default);
            if (reader.Read() && reader.TrySkip())
            {
                int used = (int)reader.BytesConsumed;
                JsonObject answer = JsonNode.Parse(_received.AsSpan(0, used))!.AsObject();
                _received.AsSpan(used, _length - used).CopyTo(_received);
                _length -= used;
                return answer;
            }

            if (_length == _received.Length)
            {
                Array.Resize(ref _received, 2 * _received.Length);
            }

            int more = _socket.Receive(_received.AsSpan(_length));
            _length += more;
            if (more == 0)
            {
                throw new CommandFailure("Open vSwitch has ended.");
            }
        }
    }
}
