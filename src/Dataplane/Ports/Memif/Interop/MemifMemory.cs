using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.Memif.Interop;

/// <summary>The regions of one connection, mapped. The only way from a descriptor to bytes.</summary>
/// <remarks>
/// Bounds: <see cref="TryView"/> compares region, offset and length of a descriptor that was copied out of the ring with what is
/// mapped, in 64 bits, so that nothing wraps. Valid until disposed, which is after the workers have let go of the rings.
/// </remarks>
internal sealed unsafe class MemifMemory : IDisposable
{
    private readonly MemoryMapping[] _mappings;
    private readonly Extent[] _extents;

    /// <summary>Takes over the mappings, in the order of the regions' numbers. Each is at most 2 GiB long.</summary>
    public MemifMemory(IReadOnlyList<MemoryMapping> regions)
    {
        _mappings = [.. regions];
        _extents = new Extent[regions.Count];
        for (int region = 0; region < regions.Count; region++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(regions[region].Length, int.MaxValue);
            _extents[region] = new Extent { Start = regions[region].Pointer, Length = (ulong)regions[region].Length };
        }
    }

    /// <summary>The bytes of a buffer, if they are inside of its region.</summary>
    public bool TryView(in MemifDescriptor descriptor, out Span<byte> bytes)
    {
        Extent[] extents = _extents;
        int region = descriptor.Region;
        ulong offset = descriptor.Offset;
        ulong length = descriptor.Length;
        if (region >= extents.Length || offset + length > extents[region].Length)
        {
            bytes = default;
            return false;
        }

        bytes = new Span<byte>(extents[region].Start + offset, (int)length);
        return true;
    }

    /// <summary>A part of a region, or none when it is not inside.</summary>
    internal byte* Locate(int region, long offset, long length) =>
        region < _extents.Length && offset >= 0 && length >= 0 && (ulong)offset + (ulong)length <= _extents[region].Length
            ? _extents[region].Start + offset
            : null;

    public void Dispose()
    {
        foreach (MemoryMapping mapping in _mappings)
        {
            mapping.Dispose();
        }
    }

    private struct Extent
    {
        public byte* Start;
        public ulong Length;
    }
}
