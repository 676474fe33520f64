using System.Runtime.CompilerServices;

namespace NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

/// <summary>
/// A split ring in a guest's memory (virtio 1.2, section 2.7), seen from the device. It reads what the guest says and
/// believes nothing: who uses it checks indices and lengths.
/// </summary>
/// <remarks>
/// Bounds: <see cref="TryCreate"/> has checked that each of the three parts is in one region with all its entries, so a
/// masked position or a checked descriptor number stays inside. Used by one thread at a time.
/// </remarks>
internal sealed unsafe class SplitRing
{
    /// <summary>Most descriptors in a ring (virtio 1.2, section 2.7).</summary>
    public const int MaxSize = 32_768;

    // Flags and index before the entries, and behind them the index of event suppression.
    private const int HeaderBytes = 4;
    private const int EventBytes = 2;
    private const int UsedEntryBytes = 8;
    private const ushort NoInterrupt = 1;
    private const ushort NoNotify = 1;

    private readonly GuestMemory _memory;
    private readonly byte* _descriptors;
    private readonly ushort* _available;
    private readonly ushort* _used;
    private readonly int _mask;
    private readonly bool _hasEventIndex;
    private GuestMemory.Region _last;

    private SplitRing(GuestMemory memory, byte* descriptors, ushort* available, ushort* used, int size, VirtioFeatures features)
    {
        _memory = memory;
        _descriptors = descriptors;
        _available = available;
        _used = used;
        _mask = size - 1;
        _hasEventIndex = features.Has(VirtioFeatures.EventIndex);
        HasIndirect = features.Has(VirtioFeatures.IndirectDescriptors);
        Size = size;
    }

    /// <summary>Descriptors, and entries of the two other parts: a power of two.</summary>
    public int Size { get; }

    /// <summary>Whether the guest may use indirect descriptors.</summary>
    public bool HasIndirect { get; }

    /// <summary>Where the guest will put its next chain. All that it wrote before is visible to who has read this.</summary>
    public ushort AvailableIndex => Volatile.Read(ref _available[1]);

    /// <summary>How far the ring has been given back: where a device goes on that is new to it.</summary>
    public ushort UsedIndex => Volatile.Read(ref _used[1]);

    /// <summary>Finds a ring and asks the guest not to notify us, because we poll.</summary>
    /// <param name="memory">The guest's memory; outlives the ring.</param>
    /// <param name="addresses">Its parts.</param>
    /// <param name="size">A power of two up to <see cref="MaxSize"/>.</param>
    /// <param name="features">What was negotiated.</param>
    /// <returns>Null when a part is not in the memory, or not where its alignment allows.</returns>
    public static SplitRing? TryCreate(GuestMemory memory, VringAddresses addresses, int size, VirtioFeatures features)
    {
        byte* descriptors = memory.TryResolveUser(addresses.Descriptors, (ulong)size * VirtioDescriptor.Bytes, alignment: 16);
        byte* available = memory.TryResolveUser(addresses.Available, HeaderBytes + ((ulong)size * sizeof(ushort)) + EventBytes, alignment: 2);
        byte* used = memory.TryResolveUser(addresses.Used, HeaderBytes + ((ulong)size * UsedEntryBytes) + EventBytes, alignment: 4);
        if (descriptors is null || available is null || used is null)
        {
            return null;
        }

        SplitRing ring = new(memory, descriptors, (ushort*)available, (ushort*)used, size, features);

        // With event indices the flags mean nothing. The guest then notifies once in 65,536 chains, which is no burden.
        Volatile.Write(ref ring._used[0], ring._hasEventIndex ? (ushort)0 : NoNotify);
        return ring;
    }

    /// <summary>Number of a chain's first descriptor, as the guest says: perhaps none that exists.</summary>
    /// <param name="position">Position in the ring, which wraps around.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Head(int position) => Volatile.Read(ref _available[(HeaderBytes / sizeof(ushort)) + (position & _mask)]);

    /// <summary>Reads a descriptor.</summary>
    /// <param name="index">Its number; one that is too high counts modulo <see cref="Size"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtioDescriptor Descriptor(int index) => Read((ulong*)(_descriptors + ((nint)(index & _mask) * VirtioDescriptor.Bytes)));

    /// <summary>Reads a descriptor of an indirect table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">Its number there.</param>
    /// <exception cref="ArgumentOutOfRangeException">The table is shorter.</exception>
    public static VirtioDescriptor Descriptor(Span<byte> table, int index)
    {
        fixed (byte* descriptor = table.Slice(index * VirtioDescriptor.Bytes, VirtioDescriptor.Bytes))
        {
            return Read((ulong*)descriptor);
        }
    }

    /// <summary>The bytes of a buffer that are in one piece: see <see cref="GuestMemory.Resolve"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Resolve(ulong address, uint length) => _memory.Resolve(address, length, ref _last);

    /// <summary>Fetches the beginning of a buffer into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong address) => GuestMemory.Prefetch(address, in _last);

    /// <summary>Writes what is given back, not visible to the guest before <see cref="Publish"/>.</summary>
    /// <param name="position">Position in the ring, which wraps around.</param>
    /// <param name="head">Number of the chain's first descriptor.</param>
    /// <param name="length">Bytes written into its buffers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetUsed(int position, ushort head, uint length) =>
        *(ulong*)((byte*)_used + HeaderBytes + ((nint)(position & _mask) * UsedEntryBytes)) = head | ((ulong)length << 32);

    /// <summary>Gives back all chains before a position. What was written into their buffers is visible first.</summary>
    public void Publish(ushort position) => Volatile.Write(ref _used[1], position);

    /// <summary>Whether the guest wants an interrupt for what was given back.</summary>
    /// <param name="before">Position up to which chains had been given back.</param>
    /// <param name="after">Position now, published.</param>
    public bool WantsInterrupt(ushort before, ushort after)
    {
        // Either the guest sees the new position after it has asked for interrupts, or we see that it has.
        Interlocked.MemoryBarrier();
        if (!_hasEventIndex)
        {
            return (Volatile.Read(ref _available[0]) & NoInterrupt) == 0;
        }

        ushort wanted = Volatile.Read(ref _available[(HeaderBytes / sizeof(ushort)) + Size]);
        return (ushort)(after - wanted - 1) < (ushort)(after - before);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VirtioDescriptor Read(ulong* words) => new(Volatile.Read(ref words[0]), Volatile.Read(ref words[1]));
}
