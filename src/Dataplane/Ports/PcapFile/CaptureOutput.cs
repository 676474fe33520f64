using System.Buffers;
using System.IO.Pipelines;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Where a capture is written: records gather in the buffer and go on in large pieces. A failing output is a state and
/// not an exception, since packets are written on the packet path.
/// </summary>
internal sealed class CaptureOutput : IDisposable
{
    private const int FlushAt = 256 * 1024;

    private readonly IBufferWriter<byte> _buffer;
    private readonly PipeWriter? _pipe;
    private readonly Stream? _stream;
    private int _pending;
    private bool _isDisposed;

    /// <summary>Writes into a buffer of the caller. If it is a pipe, it is flushed, and completed at the end.</summary>
    public CaptureOutput(IBufferWriter<byte> buffer)
    {
        _buffer = buffer;
        _pipe = buffer as PipeWriter;
    }

    /// <summary>Writes to a stream and owns it.</summary>
    public CaptureOutput(Stream stream)
        : this(PipeWriter.Create(new BlockingStream(stream), new StreamPipeWriterOptions(minimumBufferSize: FlushAt, leaveOpen: true)))
    {
        _stream = stream;
    }

    /// <summary>Why nothing can be written any more, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Gives room for exactly <paramref name="length"/> bytes, to be filled and then committed.</summary>
    public Span<byte> Reserve(int length) => _buffer.GetSpan(length)[..length];

    /// <summary>Takes over the reserved bytes. False when the output has failed.</summary>
    public bool TryCommit(int length)
    {
        _buffer.Advance(length);
        _pending += length;
        return _pending < FlushAt || TryFlush();
    }

    /// <summary>Hands everything gathered to the output. False when the output has failed.</summary>
    public bool TryFlush()
    {
        _pending = 0;
        if (_pipe is null || Error is not null)
        {
            return Error is null;
        }

        try
        {
            ValueTask<FlushResult> flush = _pipe.FlushAsync();
            FlushResult result = flush.IsCompleted ? flush.Result : flush.AsTask().GetAwaiter().GetResult();
            if (result.IsCompleted)
            {
                Error = "its reader has gone";
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException
            or NotSupportedException or InvalidOperationException)
        {
            Error = failure.Message;
        }

        return Error is null;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _ = TryFlush();

        // After a failure the pipe still holds what could not be written, and must not try once more.
        _pipe?.Complete(Error is null ? null : new IOException(Error));
        _stream?.Dispose();
    }
}
