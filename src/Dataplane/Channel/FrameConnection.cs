using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// One end of the socket between the roles, for frames in both directions. Anybody may send at any time; one at a time receives.
/// </summary>
/// <remarks>
/// <code>
/// frame   length of the payload 4 | type 1 | zero 3 | payload
/// </code>
/// Little endian. Each end says <see cref="FrameType.Alive"/> every <see cref="AliveInterval"/>, so one that is silent for
/// <see cref="LongestSilence"/> hangs or is gone, whatever its socket says.
/// </remarks>
public sealed class FrameConnection : IAsyncDisposable
{
    /// <summary>How often each end speaks, at least.</summary>
    public static readonly TimeSpan AliveInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the other end may be silent.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(900);

    private const int HeaderBytes = 8;
    private const int LargestMessage = 16 << 20;
    private const int LargestDefinition = 512 << 20;

    private readonly Socket _socket;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _living = Task.CompletedTask;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    public FrameConnection(Socket socket)
    {
        _socket = socket;
        NetworkStream stream = new(socket, ownsSocket: true);
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        _writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <summary>Id of the process at the other end; 0 when the system does not tell.</summary>
    public int PeerProcess
    {
        get
        {
            // SOL_SOCKET, SO_PEERCRED: struct ucred, whose first number is the process.
            Span<byte> credentials = stackalloc byte[12];
            try
            {
                return _socket.GetRawSocketOption(1, 17, credentials) == credentials.Length ? BinaryPrimitives.ReadInt32LittleEndian(credentials) : 0;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return 0;
            }
        }
    }

    /// <summary>Begins to say that this end lives, until the connection is disposed.</summary>
    public void KeepAlive() => _living = Task.Run(KeepAliveAsync);

    /// <summary>Sends a frame without content.</summary>
    /// <param name="type">Its type.</param>
    /// <exception cref="ChannelException">The other end has gone.</exception>
    public ValueTask SendAsync(FrameType type) => SendAsync(type, ReadOnlyMemory<byte>.Empty);

    /// <summary>Sends a frame.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="payload">Its content.</param>
    /// <exception cref="ChannelException">The other end has gone.</exception>
    public async ValueTask SendAsync(FrameType type, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > LargestOf(type))
        {
            throw new ChannelException($"A {type} of {payload.Length} bytes cannot be sent; at most {LargestOf(type)} bytes are accepted.");
        }

        try
        {
            await _sending.WaitAsync(_closing.Token);
            try
            {
                WriteHeader(_writer.GetSpan(HeaderBytes), type, payload.Length);
                _writer.Advance(HeaderBytes);
                await _writer.WriteAsync(payload, _closing.Token);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            throw new ChannelException($"The connection is closed: {failure.Message.TrimEnd('.')}.", failure);
        }
    }

    /// <summary>Waits for the next frame that says more than <see cref="FrameType.Alive"/>.</summary>
    /// <returns>The frame, or null when the other end has closed the connection.</returns>
    /// <exception cref="ChannelException">The other end is silent for too long, or sends what is not a frame.</exception>
    public async ValueTask<Frame?> ReceiveAsync()
    {
        while (true)
        {
            ReadResult result = await ReadAsync();
            if (TryTake(result.Buffer, out Frame frame, out SequencePosition consumed))
            {
                _reader.AdvanceTo(consumed);
                if (frame.Type != FrameType.Alive)
                {
                    return frame;
                }

                continue;
            }

            bool isCut = !result.Buffer.IsEmpty;
            _reader.AdvanceTo(consumed, result.Buffer.End);
            if (result.IsCompleted)
            {
                return isCut ? throw new ChannelException("The connection was closed in the middle of a frame.") : null;
            }
        }
    }

    /// <summary>Says why and closes. What the other end does not take at once is lost.</summary>
    /// <param name="reason">A sentence.</param>
    public async ValueTask CloseAsync(string reason)
    {
        try
        {
            await SendAsync(FrameType.Goodbye, ChannelMessages.Text(reason)).AsTask().WaitAsync(AliveInterval);
        }
        catch (Exception failure) when (failure is ChannelException or TimeoutException)
        {
            // It has gone, or does not listen.
        }

        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        await _living;
    }

    // A greeting has the legend of a definition.
    private static int LargestOf(FrameType type) => type is FrameType.Snapshot or FrameType.Delta or FrameType.Hello ? LargestDefinition : LargestMessage;

    private static void WriteHeader(Span<byte> header, FrameType type, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], (int)type);
    }

    private static bool TryTake(ReadOnlySequence<byte> buffer, out Frame frame, out SequencePosition consumed)
    {
        frame = default;
        consumed = buffer.Start;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        FrameType type = (FrameType)BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (!Enum.IsDefined(type))
        {
            throw new ChannelException($"A frame has the type {(int)type}; 1 to {(int)FrameType.TraceEnded} are accepted.");
        }

        if ((uint)length > LargestOf(type))
        {
            throw new ChannelException($"A {type} of {(uint)length} bytes was announced; at most {LargestOf(type)} bytes are accepted.");
        }

        if (buffer.Length - HeaderBytes < length)
        {
            return false;
        }

        ReadOnlySequence<byte> payload = buffer.Slice(HeaderBytes, length);
        frame = new Frame(type, payload.ToArray());
        consumed = payload.End;
        return true;
    }

    private async ValueTask<ReadResult> ReadAsync()
    {
        using CancellationTokenSource silent = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        silent.CancelAfter(LongestSilence);
        try
        {
            return await _reader.ReadAsync(silent.Token);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            throw new ChannelException($"The other end has been silent for {LongestSilence.TotalMilliseconds} ms.");
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw new ChannelException($"The connection is closed: {failure.Message.TrimEnd('.')}.", failure);
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            using PeriodicTimer timer = new(AliveInterval);
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                await SendAsync(FrameType.Alive);
            }
        }
        catch (Exception failure) when (failure is ChannelException or OperationCanceledException)
        {
            // Whoever receives is told.
        }
    }
}
