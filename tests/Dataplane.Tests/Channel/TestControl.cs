using System.Collections.Immutable;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Channel;

/// <summary>The control end of a forwarder's socket, frame by frame.</summary>
internal sealed class TestControl : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly FrameConnection _connection;

    private TestControl(FrameConnection connection) => _connection = connection;

    public FrameConnection Connection => _connection;

    public Hello Hello { get; private set; } = new(0, 0, 0, "");

    /// <summary>Connects without a word.</summary>
    public static TestControl Connect(string path) => new(new FrameConnection(Raw(path)));

    /// <summary>Connects and exchanges greetings, once no other control process is connected.</summary>
    public static async Task<TestControl> GreetAsync(string path)
    {
        while (true)
        {
            TestControl control = Connect(path);
            control._connection.KeepAlive();
            await control._connection.SendAsync(FrameType.Hello, ChannelMessages.Of(new Hello(0, 0, 0, "")));
            Frame answer = (await control._connection.ReceiveAsync())!.Value;
            if (answer.Type == FrameType.Hello)
            {
                control.Hello = ChannelMessages.ReadHello(answer.Payload);
                return control;
            }

            Assert.Contains("one at a time", ChannelMessages.ReadText(answer.Payload), StringComparison.Ordinal);
            await control.DisposeAsync();
        }
    }

    public static Socket Raw(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    public ValueTask SendAsync(SteeringDefinition definition) => _connection.SendAsync(FrameType.Snapshot, EncodedBytes.Of(definition));

    /// <summary>Reads until a frame of this type comes.</summary>
    public async Task<Frame> ExpectAsync(FrameType type)
    {
        while (await _connection.ReceiveAsync().AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken) is { } frame)
        {
            if (frame.Type == type)
            {
                return frame;
            }

            Assert.True(frame.Type != FrameType.Goodbye || type == FrameType.Goodbye, frame.Type == FrameType.Goodbye ? ChannelMessages.ReadText(frame.Payload) : "");
        }

        Assert.Fail($"The connection was closed before a {type} came.");
        return default;
    }

    /// <summary>Reads until every worker uses a generation.</summary>
    public async Task AdoptedAsync(ulong generation)
    {
        ImmutableArray<ulong> adopted;
        do
        {
            adopted = ChannelMessages.ReadWorkers((await ExpectAsync(FrameType.Workers)).Payload);
        }
        while (adopted.Any(one => one < generation));
    }

    /// <summary>The sentence with which the connection is closed.</summary>
    public async Task<string> GoodbyeAsync() => ChannelMessages.ReadText((await ExpectAsync(FrameType.Goodbye)).Payload);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
