namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A fixed-length block of native memory, aligned to a cache line, filled once and then only read. Tables of a snapshot
/// live here so that the forward role's managed heap stays tiny.
/// </summary>
/// <remarks>
/// Bounds: the only view handed out is a span of exactly the allocated length. Life: whoever retires a snapshot disposes
/// the blocks that no other one uses; what a lost snapshot leaves behind is freed when it is collected. A reader must keep
/// this object reachable while it uses the span; workers do, by holding the snapshot for the length of a batch.
/// </remarks>
/// <typeparam name="T">Element, without references.</typeparam>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeBlock _block;
    private readonly T* _elements;

    /// <summary>Allocates zeroed elements.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    public NativeArray(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;

        // One element more than asked for, so that a length of 0 is a valid block too.
        _block = new NativeBlock((nuint)sizeof(T) * ((nuint)length + 1));
        _elements = (T*)_block.Address;
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
