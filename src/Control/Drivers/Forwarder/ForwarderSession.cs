using System.Buffers;
using System.Collections.Immutable;
using System.Net.Sockets;
using NetworkingSfc.Control.Tracing;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Control.Drivers.Forwarder;

/// <summary>One connection to a forwarder in another process, from its greeting to its end.</summary>
/// <remarks>
/// Generations of this process and those that the forwarder has seen from others need not fit together: here they are kept
/// apart by a distance, below 0 where ours are later, that makes what is sent later than what is held.
/// </remarks>
internal sealed class ForwarderSession : IAsyncDisposable
{
    private static readonly TimeSpan _adoptionPatience = TimeSpan.FromSeconds(5);

    private readonly FrameConnection _connection;
    private readonly Action<string> _notice;
    private readonly SemaphoreSlim _news = new(0);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Task _receiving;
    private readonly TraceReceiver _tracing;

    // What the forwarder holds or is about to, in its generations, and the definition that it came from.
    private SteeringDefinition? _held;
    private SteeringDefinition? _source;
    private long _distance;

    private ulong[] _adopted = [];
    private string? _end;
    private Refusal? _refusal;
    private bool _isWholeWanted;

    private ForwarderSession(FrameConnection connection, Hello hello, CounterFile? counters, Action<string> notice)
    {
        _connection = connection;
        _notice = notice;
        Hello = hello;
        Counters = counters;
        _tracing = new TraceReceiver(connection);
        connection.KeepAlive();
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>How the forwarder presented itself.</summary>
    public Hello Hello { get; }

    /// <summary>Its counters; null when they cannot be read.</summary>
    public CounterFile? Counters { get; }

    /// <summary>How its ports are.</summary>
    public ImmutableArray<PortReport> Ports { get; private set; } = [];

    /// <summary>Why the connection has ended; null while it has not.</summary>
    public string? End => Volatile.Read(ref _end);

    /// <summary>Whether a definition has been applied: from then on the forwarder's numbers are ours.</summary>
    public bool IsBegun => Volatile.Read(ref _source) is not null;

    /// <summary>The generation that each worker uses, as this process counts; empty before the first was applied.</summary>
    public ImmutableArray<ulong> Adopted => End is null && IsBegun
        ? [.. Volatile.Read(ref _adopted).Select(generation => (ulong)Math.Max(0, (long)generation - _distance))]
        : [];

    /// <summary>Connects and exchanges greetings.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <param name="notice">Takes sentences for people.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ChannelException">Nobody is there, or does not want us; the message is a sentence.</exception>
    public static async Task<ForwarderSession> ConnectAsync(string path, Action<string> notice, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is SocketException or ArgumentException ? new ChannelException($"{failure.Message.TrimEnd('.')}.", failure) : failure;
        }

        FrameConnection connection = new(socket);
        try
        {
            await connection.SendAsync(FrameType.Hello, ChannelMessages.Of(new Hello(0, 0, 0, "")));
            Hello hello = await connection.ReceiveAsync() switch
            {
                { Type: FrameType.Hello } frame => ChannelMessages.ReadHello(frame.Payload),
                { Type: FrameType.Goodbye } frame => throw new ChannelException(ChannelMessages.ReadText(frame.Payload)),
                { } frame => throw new ChannelException($"Its first frame is a {frame.Type}; accepted is {FrameType.Hello}."),
                null => throw new ChannelException("It closed the connection."),
            };
            return new ForwarderSession(connection, hello, OpenCounters(hello, notice), notice);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw failure is SnapshotFormatException ? new ChannelException(failure.Message, failure) : failure;
        }
    }

    /// <summary>Makes the forwarder hold a definition, and waits until every worker uses it.</summary>
    /// <param name="definition">The definition; the same object when nothing has changed.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="ChannelException">The connection has ended.</exception>
    /// <exception cref="DriverException">The forwarder refuses the definition, or a worker does not take it up.</exception>
    public async Task ApplyAsync(SteeringDefinition definition, CancellationToken cancellation)
    {
        if (!ReferenceEquals(definition, _source))
        {
            await (_source is null ? BeginAsync(definition) : SendAsync(definition));
        }
        else if (Volatile.Read(ref _refusal)?.Generation == _held!.Generation)
        {
            // What it had no room for it may have room for now; how often it is asked is for the caller to say.
            Volatile.Write(ref _refusal, null);
            await SendWholeAsync();
        }

        long end = Environment.TickCount64 + (long)_adoptionPatience.TotalMilliseconds;
        while (true)
        {
            if (End is { } ended)
            {
                throw new ChannelException(ended);
            }

            if (Volatile.Read(ref _refusal) is { } refusal && refusal.Generation == _held!.Generation)
            {
                throw new DriverException($"The forwarder refuses generation {definition.Generation} and goes on with the one before: {refusal.Reason}");
            }

            if (Volatile.Read(ref _isWholeWanted))
            {
                Volatile.Write(ref _isWholeWanted, false);
                await SendWholeAsync();
            }

            ulong[] adopted = Volatile.Read(ref _adopted);
            if (adopted.Length > 0 && adopted.All(generation => generation >= _held!.Generation))
            {
                return;
            }

            TimeSpan left = TimeSpan.FromMilliseconds(end - Environment.TickCount64);
            if (left <= TimeSpan.Zero || !await _news.WaitAsync(left, cancellation))
            {
                throw new DriverException(adopted.Length == 0
                    ? $"The forwarder has not said within {_adoptionPatience.TotalSeconds} s which generation its workers use; it was sent generation {definition.Generation}."
                    : $"Worker {Array.FindIndex(adopted, generation => generation < _held!.Generation)} of the forwarder has not taken up generation {definition.Generation} within {_adoptionPatience.TotalSeconds} s.");
            }
        }
    }

    /// <summary>Traces packets: see <see cref="ITracedForwarder.TraceAsync"/>.</summary>
    public IAsyncEnumerable<TraceNews> TraceAsync(TraceRequest request, CancellationToken cancellation) => _tracing.TraceAsync(request, cancellation);

    /// <summary>Closes the connection; the forwarder goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync("The control process closes the connection.");
        await _receiving;
    }

    private static CounterFile? OpenCounters(Hello hello, Action<string> notice)
    {
        try
        {
            return CounterFile.Open(hello.CounterPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            notice($"The counters of the forwarder cannot be read: {failure.Message}");
            return null;
        }
    }

    private async Task BeginAsync(SteeringDefinition definition)
    {
        bool isSame = SnapshotDigest.Of(definition) == Hello.Digest && Hello.Generation > 0;
        long ahead = (long)Hello.Generation - (long)definition.Generation;
        _distance = isSame ? ahead : Math.Max(0, ahead + 1);
        Hold(definition);
        if (isSame)
        {
            _notice($"The forwarder holds what is wanted, as its generation {Hello.Generation}: nothing is sent.");
            return;
        }

        int bytes = await SendWholeAsync();
        _notice($"The forwarder held generation {Hello.Generation}, which is not what is wanted: it is sent generation {_held!.Generation}, whole, {bytes} bytes.");
    }

    private async Task SendAsync(SteeringDefinition definition)
    {
        // After a refusal what it holds is not what was sent last.
        SteeringDefinition? before = Volatile.Read(ref _refusal)?.Generation == _held!.Generation ? null : _held;
        Hold(definition);
        if (before is null)
        {
            await SendWholeAsync();
            return;
        }

        _buffer.ResetWrittenCount();
        SnapshotDelta.Encode(before, _held, _buffer);
        await _connection.SendAsync(FrameType.Delta, _buffer.WrittenMemory);
    }

    private async Task<int> SendWholeAsync()
    {
        _buffer.ResetWrittenCount();
        SnapshotEncoder.Encode(_held!, _buffer);
        await _connection.SendAsync(FrameType.Snapshot, _buffer.WrittenMemory);
        return _buffer.WrittenCount;
    }

    private void Hold(SteeringDefinition definition)
    {
        _held = definition with { Generation = (ulong)((long)definition.Generation + _distance) };
        Volatile.Write(ref _source, definition);
    }

    private async Task ReceiveAsync()
    {
        string end = "It closed the connection.";
        try
        {
            while (await _connection.ReceiveAsync() is { } frame)
            {
                Take(frame);
                _news.Release();
            }
        }
        catch (Exception failure) when (failure is ChannelException or SnapshotFormatException)
        {
            end = failure.Message;
        }

        Volatile.Write(ref _end, end);
        _tracing.Close(end);
        _news.Release();
    }

    private void Take(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Workers:
                Volatile.Write(ref _adopted, [.. ChannelMessages.ReadWorkers(frame.Payload)]);
                break;
            case FrameType.Ports:
                Ports = ChannelMessages.ReadPorts(frame.Payload);
                break;
            case FrameType.Refused:
                (ulong generation, string reason) = ChannelMessages.ReadRefused(frame.Payload);
                Volatile.Write(ref _refusal, new Refusal(generation, reason));
                break;
            case FrameType.WholeWanted:
                Volatile.Write(ref _isWholeWanted, true);
                break;
            case FrameType.TraceRecords:
                _tracing.Take(TraceMessages.ReadRecords(frame.Payload));
                break;
            case FrameType.TraceEnded:
                (TraceEnd end, bool isRefused) = TraceMessages.ReadEnd(frame.Payload);
                _tracing.Take(end, isRefused);
                break;
            case FrameType.Goodbye:
                throw new ChannelException(ChannelMessages.ReadText(frame.Payload));
            default:
                throw new ChannelException($"A forwarder does not send a {frame.Type}.");
        }
    }

    private sealed record Refusal(ulong Generation, string Reason);
}
