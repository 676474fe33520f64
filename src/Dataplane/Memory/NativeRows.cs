using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A fixed number of elements in native memory that lives as long as somebody holds this: memory of its own, or a part of a
/// <see cref="FileMapping"/> that others may see too. For what is written in one place and read in many, like counters.
/// </summary>
/// <remarks>
/// Bounds: the only view handed out is a span of exactly the length that was allocated, or checked against the mapping. A reader
/// keeps this object reachable while it uses the span.
/// </remarks>
/// <typeparam name="T">Element, without references.</typeparam>
internal sealed unsafe class NativeRows<T>
    where T : unmanaged
{
    // What holds the memory: it is freed when this is collected.
    private readonly SafeHandle _memory;
    private readonly T* _elements;
    private readonly FileMapping? _mapping;
    private readonly long _offset;
    private int _held;

    /// <summary>Allocates zeroed elements.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    public NativeRows(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;

        // One element more than asked for, so that a length of 0 is a valid block too.
        NativeBlock block = new((nuint)sizeof(T) * ((nuint)length + 1));
        _memory = block;
        _elements = (T*)block.Address;
    }

    /// <summary>Looks at a part of a mapping. Not to be used once that is disposed.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="offset">First byte of the first element, a multiple of 8.</param>
    /// <param name="length">Elements, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The elements are not inside.</exception>
    public NativeRows(FileMapping mapping, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _memory = mapping.Handle;
        (_mapping, _offset) = (mapping, offset);
        _elements = (T*)mapping.At(offset, (long)sizeof(T) * length);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>Makes sure that the first elements can be written, however full the file system is. One thread at a time.</summary>
    /// <param name="count">Elements, at most <see cref="Length"/>.</param>
    /// <exception cref="IOException">The file system has no room for them.</exception>
    public void Hold(int count)
    {
        if (_mapping is not null && count > _held)
        {
            _mapping.Hold(_offset, (long)sizeof(T) * count);
            _held = count;
        }
    }

    /// <summary>The elements, for the one who writes them.</summary>
    public Span<T> Writable
    {
        get
        {
            Debug.Assert(!_memory.IsClosed, "The mapping is disposed.");
            return new Span<T>(_elements, Length);
        }
    }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Span => Writable;
}
