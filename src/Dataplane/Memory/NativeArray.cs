using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A fixed-length block of native memory, aligned to a cache line. Tables of a snapshot, filled once and then only read, live
/// here so that the forward role's managed heap stays tiny; and counters, which other processes may read.
/// </summary>
/// <remarks>
/// Bounds: the only view handed out is a span of exactly the length that was allocated, or checked against the mapping. Life: whoever retires a snapshot disposes
/// the blocks that no other one uses; what a lost snapshot leaves behind is freed when it is collected. A reader must keep
/// this object reachable while it uses the span; workers do, by holding the snapshot for the length of a batch.
/// </remarks>
/// <typeparam name="T">Element, without references.</typeparam>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private readonly SafeHandle _block;
    private readonly T* _elements;

    /// <summary>Allocates zeroed elements.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    public NativeArray(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;

        // One element more than asked for, so that a length of 0 is a valid block too.
        NativeBlock block = new((nuint)sizeof(T) * ((nuint)length + 1));
        _block = block;
        _elements = (T*)block.Address;
    }

    /// <summary>Looks at elements in memory that others may see too; that memory goes when its mapping is disposed.</summary>
    /// <param name="mapping">The memory.</param>
    /// <param name="offset">First byte of the first element, a multiple of 8.</param>
    /// <param name="length">Elements, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The elements are not inside.</exception>
    public NativeArray(FileMapping mapping, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _block = mapping.Handle;
        _elements = (T*)mapping.At(offset, (long)sizeof(T) * length);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The elements, for the one who fills the block before it is published.</summary>
    public Span<T> Writable => new(_elements, Length);

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Span => new(_elements, Length);

    /// <summary>Frees the block.</summary>
    public void Dispose() => _block.Dispose();
}
