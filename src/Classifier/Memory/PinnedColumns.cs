using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace NetworkingSfc.Classifier.Memory;

/// <summary>
/// Columns of one batch in one array that does not move and whose first column begins at a cache line: a vector that
/// crosses two lines costs two loads, and the collector aligns arrays to 8 bytes only.
/// </summary>
/// <remarks>
/// Bounds: the owner asks for columns inside the size that it gave; debug builds check. The array's own length is not
/// asked, as it stands in a line that nothing else needs.
/// </remarks>
internal readonly unsafe struct PinnedColumns
{
    private const int LineBytes = 64;

    // Keeps what the address points to.
    private readonly byte[] _memory;
    private readonly byte* _first;

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="bytes">Size.</param>
    public PinnedColumns(int bytes)
    {
        _memory = GC.AllocateArray<byte>(bytes + LineBytes - 1, pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _first = (byte*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
    }

    /// <summary>One column; good while the owner is alive.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="count">Elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Column<T>(int start, int count)
        where T : unmanaged
    {
        Debug.Assert(start >= 0 && count >= 0 && start + (count * sizeof(T)) + LineBytes - 1 <= _memory.Length);
        return new Span<T>(_first + start, count);
    }

    /// <summary>Asks for the lines of a stretch to be brought into the first cache, and waits for nothing.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="bytes">Its length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int start, int bytes)
    {
        if (Sse.IsSupported)
        {
            for (byte* line = _first + start, end = line + bytes; line < end; line += LineBytes)
            {
                Sse.Prefetch0(line);
            }
        }
    }
}
