namespace NetworkingSfc.Dataplane.Ports.Memif.Interop;

/// <summary>What a slot of a ring says of its buffer (<c>memif_desc_t</c>, 16 bytes): a copy, because the peer may change the original at any time.</summary>
internal readonly struct MemifDescriptor
{
    /// <summary>MEMIF_DESC_FLAG_NEXT: the frame goes on in the next slot.</summary>
    private const ushort Next = 1;

    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Takes the 16 bytes as two words: flags (16), region (16), length (32); offset (32), metadata (32).</summary>
    public MemifDescriptor(ulong first, ulong second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>Describes a buffer.</summary>
    public MemifDescriptor(int region, uint offset, uint length)
        : this(((ulong)(ushort)region << 16) | ((ulong)length << 32), offset)
    {
    }

    public ulong FirstWord => _first;

    public ulong SecondWord => _second;

    public bool HasNext => ((ushort)_first & Next) != 0;

    public ushort Region => (ushort)(_first >> 16);

    /// <summary>Bytes of the frame in the buffer, or of the buffer where it is empty.</summary>
    public uint Length => (uint)(_first >> 32);

    /// <summary>Where the buffer begins in its region.</summary>
    public uint Offset => (uint)_second;

    /// <summary>The same buffer with this much of a frame in it.</summary>
    public MemifDescriptor Filled(int length, bool hasNext) =>
        new(((ulong)Region << 16) | ((ulong)(uint)length << 32) | (hasNext ? Next : 0UL), Offset);
}
