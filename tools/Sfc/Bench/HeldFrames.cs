namespace NetworkingSfc.Sfc.Bench;

/// <summary>Frames of one port, held in memory one behind the other.</summary>
internal sealed class HeldFrames
{
    private readonly byte[] _bytes;
    private readonly (int Offset, int Length)[] _frames;

    /// <summary>Copies frames.</summary>
    /// <param name="port">Number of the port that they come from.</param>
    /// <param name="frames">The frames, 1 or more.</param>
    public HeldFrames(int port, IReadOnlyCollection<byte[]> frames)
    {
        Port = port;
        _bytes = GC.AllocateUninitializedArray<byte>(frames.Sum(frame => frame.Length), pinned: true);
        _frames = new (int, int)[frames.Count];
        int used = 0;
        int number = 0;
        foreach (byte[] frame in frames)
        {
            frame.CopyTo(_bytes.AsSpan(used));
            _frames[number++] = (used, frame.Length);
            used += frame.Length;
        }
    }

    /// <summary>Number of the port that they come from.</summary>
    public int Port { get; }

    /// <summary>How many there are.</summary>
    public int Count => _frames.Length;

    /// <summary>One of them.</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan(_frames[number].Offset, _frames[number].Length);
}
