using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

/// <summary>One ring between this process and the kernel: one side writes entries, the other takes them, neither waits.</summary>
/// <typeparam name="T">What a ring holds: addresses of chunks, or descriptors.</typeparam>
/// <remarks>
/// <para>
/// Bounds: the mapping has room for all entries behind the offset that the kernel gave, which is checked once; an entry is
/// reached by its position modulo their number.
/// </para>
/// <para>
/// Positions run through all numbers and wrap around; only their difference and their low bits mean something.
/// </para>
/// </remarks>
internal sealed unsafe class XdpRing<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryMapping _mapping;
    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly uint* _flags;
    private readonly T* _entries;
    private readonly uint _mask;
    private uint _own;
    private uint _others;

    private XdpRing(MemoryMapping mapping, in XdpInterop.RingOffsets offsets, int entries)
    {
        _mapping = mapping;
        _producer = (uint*)(mapping.Pointer + offsets.Producer);
        _consumer = (uint*)(mapping.Pointer + offsets.Consumer);
        _flags = (uint*)(mapping.Pointer + offsets.Flags);
        _entries = (T*)(mapping.Pointer + offsets.Descriptors);
        _mask = (uint)entries - 1;
    }

    /// <summary>Whether the kernel asks to be woken after this ring was written.</summary>
    public bool NeedsWakeup => (Volatile.Read(ref *_flags) & XdpInterop.NeedWakeup) != 0;

    /// <summary>Whether the kernel has not taken all that was written. Any thread.</summary>
    public bool HasUntaken => Volatile.Read(ref *_consumer) != Volatile.Read(ref *_producer);

    /// <summary>How far the kernel has taken what was written. Any thread.</summary>
    public uint Taken => Volatile.Read(ref *_consumer);

    /// <summary>Maps a ring of a socket.</summary>
    /// <param name="socket">The socket, whose ring has been made.</param>
    /// <param name="page">Where mmap finds the ring.</param>
    /// <param name="offsets">Where its parts are, as the kernel says.</param>
    /// <param name="entries">Entries, a power of two.</param>
    /// <param name="error">Number of the error, when there is one.</param>
    /// <returns>The ring, or null when the system refuses.</returns>
    public static XdpRing<T>? TryMap(FileDescriptor socket, long page, in XdpInterop.RingOffsets offsets, int entries, out int error)
    {
        ulong length = Math.Max(
            offsets.Descriptors + ((ulong)entries * (ulong)sizeof(T)),
            Math.Max(Math.Max(offsets.Producer, offsets.Consumer), offsets.Flags) + sizeof(uint));
        MemoryMapping? mapping = MemoryMapping.TryMap(socket, (long)length, page, populate: true, out error);
        return mapping is null ? null : new XdpRing<T>(mapping, offsets, entries);
    }

    /// <summary>The writing side: how many entries there is room for. Asks the kernel's position only when fewer are known than wanted.</summary>
    public int Room(int wanted)
    {
        uint room = _mask + 1 - (_own - _others);
        if (room < wanted)
        {
            _others = Volatile.Read(ref *_consumer);
            room = _mask + 1 - (_own - _others);
        }

        return (int)Math.Min(room, (uint)wanted);
    }

    /// <summary>The writing side: writes an entry that there is room for. The kernel sees it after <see cref="Publish"/>.</summary>
    public void Write(in T entry) => _entries[_own++ & _mask] = entry;

    /// <summary>The writing side: shows the kernel what was written.</summary>
    public void Publish()
    {
        Volatile.Write(ref *_producer, _own);

        // Before NeedsWakeup is read: the kernel sets it and then looks once more, so one of us sees the other's store.
        Interlocked.MemoryBarrier();
    }

    /// <summary>The taking side: how many entries are there. Asks the kernel's position only when fewer are known than wanted.</summary>
    public int Available(int wanted)
    {
        uint available = _others - _own;
        if (available < wanted)
        {
            _others = Volatile.Read(ref *_producer);
            available = _others - _own;
        }

        return (int)Math.Min(available, (uint)wanted);
    }

    /// <summary>The taking side: an entry that is there.</summary>
    /// <param name="ahead">0 for the next one to be taken.</param>
    public T Peek(int ahead) => _entries[(_own + (uint)ahead) & _mask];

    /// <summary>The taking side: takes entries. The kernel may write there after <see cref="Release"/>.</summary>
    public void Take(int count) => _own += (uint)count;

    /// <summary>The taking side: gives the room of what was taken back to the kernel.</summary>
    public void Release() => Volatile.Write(ref *_consumer, _own);

    public void Dispose() => _mapping.Dispose();
}
