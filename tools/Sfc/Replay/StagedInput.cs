namespace NetworkingSfc.Sfc.Replay;

/// <summary>Input frames of one round that wait for one worker at one port.</summary>
internal sealed class StagedInput
{
    private readonly List<StagedFrame> _frames = [];
    private byte[] _bytes = [];
    private int _used;
    private int _next;

    /// <summary>True when every frame was taken.</summary>
    public bool IsEmpty => _next == _frames.Count;

    /// <summary>Bytes waiting or taken in this round.</summary>
    public int UsedBytes => _used;

    /// <summary>Adds a frame.</summary>
    /// <param name="inputPacket">Its number.</param>
    /// <param name="timestampNanoseconds">Its time.</param>
    /// <param name="data">Its captured bytes.</param>
    /// <param name="wireLength">Its length on the wire.</param>
    public void Add(long inputPacket, long timestampNanoseconds, ReadOnlySpan<byte> data, int wireLength)
    {
        if (IsEmpty)
        {
            _frames.Clear();
            _used = 0;
            _next = 0;
        }

        if (_bytes.Length - _used < data.Length)
        {
            Array.Resize(ref _bytes, checked(Math.Max(2 * _bytes.Length, _used + data.Length)));
        }

        data.CopyTo(_bytes.AsSpan(_used));
        _frames.Add(new StagedFrame(inputPacket, timestampNanoseconds, _used, data.Length, wireLength));
        _used += data.Length;
    }

    /// <summary>Takes the next frame. Not to be asked when empty.</summary>
    /// <param name="data">Its captured bytes, valid until the next round.</param>
    public StagedFrame Take(out ReadOnlySpan<byte> data)
    {
        StagedFrame frame = _frames[_next++];
        data = _bytes.AsSpan(frame.Offset, frame.Length);
        return frame;
    }
}

/// <summary>An input frame that waits.</summary>
/// <param name="InputPacket">Its number.</param>
/// <param name="TimestampNanoseconds">Its time.</param>
/// <param name="Offset">Where its bytes start.</param>
/// <param name="Length">Captured bytes.</param>
/// <param name="WireLength">Length on the wire.</param>
internal readonly record struct StagedFrame(long InputPacket, long TimestampNanoseconds, int Offset, int Length, int WireLength);
