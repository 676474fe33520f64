namespace NetworkingSfc.Dataplane.Ports.Memif.Interop;

/// <summary>The buffers that belong to a client's ring: one a slot, all of one length, in region 0.</summary>
/// <param name="first">Offset of the first one in bytes.</param>
/// <param name="stride">From one to the next, in bytes.</param>
/// <param name="length">Bytes of each.</param>
/// <param name="count">How many.</param>
internal sealed class MemifBuffers(uint first, uint stride, uint length, int count)
{
    private readonly uint _first = first;
    private readonly uint _stride = stride;
    private readonly uint _length = length;

    /// <summary>How many.</summary>
    public int Count { get; } = count;

    /// <summary>An empty buffer.</summary>
    public MemifDescriptor this[int slot] => new(region: 0, _first + ((uint)slot * _stride), _length);
}
