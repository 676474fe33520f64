using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>
/// The buffers of one chain of descriptors, or of several one behind the other, as one row of bytes. What the guest says
/// is read once and kept here. Used again for every frame that is not in one buffer.
/// </summary>
internal sealed class DescriptorChain
{
    // DPDK's bound as well; Linux sends at most 19. What a guest makes a worker do for one frame ends here.
    private const int MaxDescriptors = 256;

    private readonly (ulong Address, uint Length)[] _pieces = new (ulong, uint)[MaxDescriptors];
    private int _count;
    private int _visited;

    /// <summary>Bytes in all buffers.</summary>
    public long Bytes { get; private set; }

    /// <summary>Empties the row.</summary>
    public void Clear()
    {
        _count = 0;
        _visited = 0;
        Bytes = 0;
    }

    /// <summary>Appends the buffers of a chain.</summary>
    /// <param name="ring">The ring it is in.</param>
    /// <param name="first">Its first descriptor.</param>
    /// <param name="isWritable">Whether all its buffers must be for us to write; else all for us to read.</param>
    /// <returns>False when the chain is against the rules or too long; the row is of no use then.</returns>
    public bool TryAppend(SplitRing ring, in VirtioDescriptor first, bool isWritable)
    {
        VirtioDescriptor descriptor = first;
        Span<byte> table = default;
        while (_visited < MaxDescriptors)
        {
            _visited++;
            if (descriptor.IsIndirect)
            {
                // The table ends the chain (virtio 1.2, section 2.7.5.3) and may not lead to another one.
                if (!table.IsEmpty || !TryOpenTable(ring, descriptor, out table))
                {
                    return false;
                }

                descriptor = SplitRing.Descriptor(table, 0);
                continue;
            }

            if (descriptor.IsWritable != isWritable || !TryAdd(ring, descriptor.Address, descriptor.Length))
            {
                return false;
            }

            if (!descriptor.HasNext)
            {
                return true;
            }

            int next = descriptor.Next;
            if (next >= (table.IsEmpty ? ring.Size : table.Length / VirtioDescriptor.Bytes))
            {
                return false;
            }

            descriptor = table.IsEmpty ? ring.Descriptor(next) : SplitRing.Descriptor(table, next);
        }

        return false;
    }

    /// <summary>Copies bytes out of the buffers.</summary>
    /// <param name="ring">The ring they are in.</param>
    /// <param name="skip">Bytes before the first one.</param>
    /// <param name="destination">At most as long as there are bytes.</param>
    public void Read(SplitRing ring, int skip, Span<byte> destination)
    {
        for (int index = 0; index < _count && !destination.IsEmpty; index++)
        {
            Span<byte> piece = Piece(ring, index, ref skip);
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }
    }

    /// <summary>Copies bytes into the buffers.</summary>
    /// <param name="ring">The ring they are in.</param>
    /// <param name="skip">Bytes before the first one.</param>
    /// <param name="source">At most as long as there are bytes.</param>
    public void Write(SplitRing ring, int skip, ReadOnlySpan<byte> source)
    {
        for (int index = 0; index < _count && !source.IsEmpty; index++)
        {
            Span<byte> piece = Piece(ring, index, ref skip);
            int length = Math.Min(piece.Length, source.Length);
            source[..length].CopyTo(piece);
            source = source[length..];
        }
    }

    private static bool TryOpenTable(SplitRing ring, VirtioDescriptor descriptor, out Span<byte> table)
    {
        table = default;
        if (!ring.HasIndirect || descriptor.HasNext || descriptor.Length is 0 or > MaxDescriptors * VirtioDescriptor.Bytes
            || descriptor.Length % VirtioDescriptor.Bytes != 0)
        {
            return false;
        }

        table = ring.Resolve(descriptor.Address, descriptor.Length);
        return table.Length == (int)descriptor.Length;
    }

    // A buffer may reach from one region of memory into the next.
    private bool TryAdd(SplitRing ring, ulong address, uint length)
    {
        while (length > 0)
        {
            uint found = (uint)ring.Resolve(address, length).Length;
            if (found == 0 || _count == MaxDescriptors)
            {
                return false;
            }

            _pieces[_count++] = (address, found);
            Bytes += found;
            address += found;
            length -= found;
        }

        return true;
    }

    private Span<byte> Piece(SplitRing ring, int index, ref int skip)
    {
        (ulong address, uint length) = _pieces[index];
        Span<byte> piece = ring.Resolve(address, length);
        int skipped = Math.Min(skip, piece.Length);
        skip -= skipped;
        return piece[skipped..];
    }
}
