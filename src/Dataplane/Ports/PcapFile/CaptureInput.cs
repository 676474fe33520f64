using System.Buffers;
using System.IO.Pipelines;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// The bytes of a capture as a window that slides forward over a pipe. The common case, a record that lies whole in
/// the first buffer, is one comparison; the pipe is asked only when the buffer runs out.
/// </summary>
/// <remarks>
/// Memory in use is what the pipe has delivered and the caller has not consumed, plus one copy of a record that lies
/// across buffers. A length field never causes an allocation: the bytes must have arrived first.
/// </remarks>
internal sealed class CaptureInput(PipeReader pipe)
{
    private readonly PipeReader _pipe = pipe;
    private ReadOnlySequence<byte> _window;
    private ReadOnlyMemory<byte> _first;
    private byte[] _joined = [];
    private int _position;
    private long _windowOffset;
    private bool _started;
    private bool _ended;

    /// <summary>Bytes consumed so far: the offset in the (uncompressed) capture of the next byte.</summary>
    public long Offset => _windowOffset + _position;

    /// <summary>What went wrong below (a read error, damaged compression), or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// Gives the next bytes in one piece without consuming them: at least <paramref name="count"/> of them, or all
    /// that are left when the capture ends or fails earlier. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        ReadOnlySpan<byte> rest = _first.Span[_position..];
        return rest.Length >= count ? rest : PeekAcross(count);
    }

    /// <summary>Consumes bytes that the last <see cref="Peek"/> has shown. Spans it gave stay valid.</summary>
    public void Consume(int count)
    {
        int position = _position + count;
        if (position <= _first.Length)
        {
            _position = position;
            return;
        }

        _window = _window.Slice(position);
        _windowOffset += position;
        _first = _window.First;
        _position = 0;
    }

    /// <summary>Consumes bytes without keeping them, however many. False when the capture ends or fails first.</summary>
    public bool TrySkip(long count)
    {
        while (true)
        {
            Rebase();
            long step = Math.Min(count, _window.Length);
            _window = _window.Slice(step);
            _windowOffset += step;
            _first = _window.First;
            count -= step;
            if (count == 0)
            {
                return true;
            }

            if (!TryRefill())
            {
                return false;
            }
        }
    }

    /// <summary>Hands everything back to the pipe, unread, for another reader. This input must not be used afterwards.</summary>
    public void GiveBack() => _pipe.AdvanceTo(_window.Start);

    private ReadOnlySpan<byte> PeekAcross(int count)
    {
        Rebase();
        while (_window.Length < count && TryRefill())
        {
        }

        if (_first.Length >= count || _window.IsSingleSegment)
        {
            return _first.Span;
        }

        int length = (int)Math.Min(count, _window.Length);
        if (_joined.Length < length)
        {
            _joined = GC.AllocateUninitializedArray<byte>(Math.Max(length, 64 * 1024));
        }

        _window.Slice(0, length).CopyTo(_joined);
        return _joined.AsSpan(0, length);
    }

    private void Rebase()
    {
        if (_position != 0)
        {
            _window = _window.Slice(_position);
            _windowOffset += _position;
            _first = _window.First;
            _position = 0;
        }
    }

    private bool TryRefill()
    {
        if (_ended)
        {
            return false;
        }

        try
        {
            if (_started)
            {
                _pipe.AdvanceTo(_window.Start, _window.End);
            }

            _started = true;
            long before = _window.Length;
            ReadResult result = Read();
            _window = result.Buffer;
            _first = _window.First;

            // A pipe that completes may hand over its last bytes in the same answer.
            _ended = result.IsCompleted || result.IsCanceled;
            return !_ended || _window.Length > before;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or ObjectDisposedException
            or UnauthorizedAccessException or NotSupportedException)
        {
            // Nothing of the window was given back to the pipe, so what had arrived before can still be read.
            Failure = failure.Message;
            _ended = true;
            return false;
        }
    }

    private ReadResult Read()
    {
        ValueTask<ReadResult> pending = _pipe.ReadAsync();
        return pending.IsCompleted ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
    }
}
