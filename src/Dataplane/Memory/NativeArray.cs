using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A fixed-length block of native memory, aligned to a cache line, filled once and then only read. Tables of a snapshot
/// live here so that the forward role's managed heap stays tiny.
/// </summary>
/// <remarks>
/// Bounds: the only view handed out is a span of exactly the allocated length. Life: the publisher disposes a block when no
/// snapshot in use refers to it any more; the finalizer frees what a lost snapshot leaves behind. A reader must keep the
/// owning object reachable while it uses the span; workers do, by holding the snapshot for the length of a batch.
/// </remarks>
/// <typeparam name="T">Element, without references.</typeparam>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private const nuint Alignment = 64;

    private readonly T* _elements;
    private bool _freed;

    /// <summary>Allocates zeroed elements.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    public NativeArray(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;

        // One element more than asked for, so that a length of 0 is a valid block too.
        nuint bytes = (nuint)sizeof(T) * ((nuint)length + 1);
        _elements = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_elements, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    /// <summary>Frees what was never released.</summary>
    ~NativeArray() => Free();

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The elements, for the one who fills the block before it is published.</summary>
    public Span<T> Writable => new(_elements, Length);

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Span => new(_elements, Length);

    /// <summary>Frees the block. Called by the publisher, once no snapshot in use refers to it.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (!_freed)
        {
            _freed = true;
            NativeMemory.AlignedFree(_elements);
            GC.RemoveMemoryPressure(sizeof(T) * ((long)Length + 1));
        }
    }
}
