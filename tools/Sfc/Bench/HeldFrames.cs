namespace NetworkingSfc.Sfc.Bench;

/// <summary>Frames of one port, held in memory one behind the other, each from a whole line on.</summary>
internal sealed class HeldFrames
{
    private const int LineBytes = 64;

    private readonly byte[] _bytes;
    private readonly (int Offset, int Length)[] _frames;

    /// <summary>Copies frames.</summary>
    /// <param name="port">Number of the port that they come from.</param>
    /// <param name="frames">The frames, 1 or more.</param>
    public HeldFrames(int port, IReadOnlyCollection<byte[]> frames)
    {
        Port = port;
        _bytes = GC.AllocateUninitializedArray<byte>(frames.Sum(frame => Lines(frame.Length) * LineBytes), pinned: true);
        _frames = new (int, int)[frames.Count];
        int used = 0;
        int number = 0;
        foreach (byte[] frame in frames)
        {
            frame.CopyTo(_bytes.AsSpan(used));
            _frames[number++] = (used, frame.Length);
            used += Lines(frame.Length) * LineBytes;
        }
    }

    /// <summary>Number of the port that they come from.</summary>
    public int Port { get; }

    /// <summary>How many there are.</summary>
    public int Count => _frames.Length;

    /// <summary>Copies one of them, by whole lines: a copy of a known length needs no call.</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    /// <param name="room">Where to; as long as the frame, to the end of its last line.</param>
    /// <returns>Bytes of the frame.</returns>
    public int CopyTo(int number, Span<byte> room)
    {
        (int offset, int length) = _frames[number];
        for (int line = 0; line < length; line += LineBytes)
        {
            _bytes.AsSpan(offset + line, LineBytes).CopyTo(room.Slice(line, LineBytes));
        }

        return length;
    }

    private static int Lines(int length) => (length + LineBytes - 1) / LineBytes;
}
