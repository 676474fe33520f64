using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace NetworkingSfc.Classifier.Memory;

/// <summary>
/// Columns of one batch in one array that does not move and whose first column begins at a cache line: a vector that
/// crosses two lines costs two loads, and the collector aligns arrays to 8 bytes only.
/// </summary>
/// <remarks>
/// Bounds: every column is checked against the size, which is kept here because the array's own length stands in a
/// line that nothing else needs. Columns refer to the array, so they keep it alive.
/// </remarks>
internal readonly unsafe struct PinnedColumns
{
    private const int LineBytes = 64;

    private readonly byte[] _memory;
    private readonly int _first;
    private readonly int _bytes;

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="bytes">Size.</param>
    public PinnedColumns(int bytes)
    {
        _bytes = bytes;
        _memory = GC.AllocateArray<byte>(bytes + LineBytes - 1, pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _first = (int)(-address & (LineBytes - 1));
    }

    /// <summary>One column.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Column<T>(int start, int count)
        where T : unmanaged
    {
        if ((uint)start + ((ulong)(uint)count * (uint)sizeof(T)) > (uint)_bytes)
        {
            Refuse();
        }

        ref byte first = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(_memory), _first + start);
        return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref first), count);
    }

    /// <summary>Writes one element of a column.</summary>
    /// <param name="place">Its first byte.</param>
    /// <param name="value">The element.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<T>(int place, T value)
        where T : unmanaged
    {
        if ((uint)place + (ulong)sizeof(T) > (uint)_bytes)
        {
            Refuse();
        }

        Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(_memory), _first + place), value);
    }

    /// <summary>Asks for the lines of a stretch to be brought into the first cache, and waits for nothing.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="bytes">Its length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int start, int bytes)
    {
        if (Sse.IsSupported)
        {
            byte* line = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)) + _first + start;
            for (byte* end = line + bytes; line < end; line += LineBytes)
            {
                Sse.Prefetch0(line);
            }
        }
    }

    private static void Refuse() => throw new ArgumentOutOfRangeException(null, "There is no such column: address words are 0 to 3.");
}
