using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>The first descriptors of a burst of chains, read once; their buffers are on the way to the cache meanwhile.</summary>
internal sealed class ChainHeads
{
    private readonly ushort[] _numbers = new ushort[PacketBatch.Capacity];
    private readonly VirtioDescriptor[] _descriptors = new VirtioDescriptor[PacketBatch.Capacity];

    /// <summary>Reads as many as there are, up to a batch.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="position">Position of the first chain.</param>
    /// <param name="count">Chains that wait there.</param>
    /// <returns>How many were read; fewer when the next one begins with a descriptor that does not exist.</returns>
    public int Read(SplitRing ring, int position, int count)
    {
        count = Math.Min(count, PacketBatch.Capacity);
        for (int index = 0; index < count; index++)
        {
            ushort head = ring.Head(position + index);
            if (head >= ring.Size)
            {
                return index;
            }

            VirtioDescriptor descriptor = ring.Descriptor(head);
            ring.Prefetch(descriptor.Address);
            _numbers[index] = head;
            _descriptors[index] = descriptor;
        }

        return count;
    }

    /// <summary>Number of a chain's first descriptor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Number(int index) => _numbers[index];

    /// <summary>A chain's first descriptor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly VirtioDescriptor Descriptor(int index) => ref _descriptors[index];
}
