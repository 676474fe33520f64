using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A fixed-length block of native memory, aligned to a cache line, filled once and then only read. Tables of a snapshot
/// live here so that the forward role's managed heap stays tiny.
/// </summary>
/// <remarks>
/// Bounds: the only view handed out is a span of exactly the allocated length. Life: counted references, because
/// snapshots share unchanged tables; the finalizer frees what a lost snapshot leaves behind. A reader must keep the
/// owning object reachable while it uses the span; workers do, by holding the snapshot for the length of a batch.
/// </remarks>
/// <typeparam name="T">Element, without references.</typeparam>
internal sealed unsafe class NativeArray<T>
    where T : unmanaged
{
    private const nuint Alignment = 64;

    private readonly T* _elements;
    private int _references = 1;
    private bool _freed;

    /// <summary>Allocates zeroed elements, with one reference held by the caller.</summary>
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

    /// <summary>Adds a holder. Called by the publisher only.</summary>
    /// <returns>This block.</returns>
    public NativeArray<T> AddReference()
    {
        Debug.Assert(_references > 0, "a freed block cannot be shared");
        _references++;
        return this;
    }

    /// <summary>Takes a holder away and frees the block with the last one. Called by the publisher only.</summary>
    public void Release()
    {
        Debug.Assert(_references > 0, "released more often than shared");
        if (--_references == 0)
        {
            Free();
        }
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
