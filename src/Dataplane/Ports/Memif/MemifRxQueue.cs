using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>A worker's receive queue: copies frames out of the ring of the connection there is, if any.</summary>
internal sealed class MemifRxQueue : IRxQueue
{
    /// <summary>Slots of one frame at most, so that a peer cannot keep a worker busy with one that never ends.</summary>
    public const int MaxChain = 64;

    /// <summary>Slots looked at in a burst, a last chain not counted: also frames that are thrown away cost time.</summary>
    private const int SlotsPerBurst = 4 * PacketBatch.Capacity;

    private readonly BurstGate _gate = new();
    private readonly MemifDescriptor[] _chain = new MemifDescriptor[MaxChain];
    private PacketArena? _arena;
    private MemifRingEnd? _end;
    private bool _isSkipping;
    private long _received;
    private long _oversize;
    private long _lost;
    private long _invalid;

    /// <summary>What has been counted, of the receiving fields.</summary>
    public PortStatistics Statistics => new(
        Volatile.Read(ref _received), 0, Volatile.Read(ref _oversize), Volatile.Read(ref _lost), ReceiveInvalid: Volatile.Read(ref _invalid));

    /// <summary>The worker's packet memory.</summary>
    public void Open(PacketArena arena) => _arena = arena;

    /// <summary>The control thread puts a ring in, or takes it out; frames that are in the old one are lost.</summary>
    public void Attach(MemifRingEnd? end)
    {
        _gate.Close();
        if (_end is { BrokenRule: null })
        {
            _lost += Math.Max(0, _end.Ring.Available());
        }

        _end = end;
        _isSkipping = false;
        _gate.Leave();
    }

    public void Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (_end is { BrokenRule: null } end)
            {
                Receive(end, batch, _arena!);
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    private void Receive(MemifRingEnd end, PacketBatch batch, PacketArena arena)
    {
        MemifRing ring = end.Ring;
        int available = ring.Available();
        if (available <= 0)
        {
            if (available < 0)
            {
                _invalid++;
                end.Break("an index of a ring is ahead by more than the ring has slots");
            }

            return;
        }

        int slots = Math.Min(available, SlotsPerBurst);
        int done = 0;
        while (done < slots && batch.Free > 0)
        {
            MemifDescriptor descriptor = ring.Read(done);
            int taken = descriptor.HasNext || _isSkipping
                ? TakeChain(ring, done, available - done, batch, arena)
                : TakeFrame(ring.Memory, descriptor, batch, arena);
            if (taken == 0)
            {
                break;
            }

            done += taken;
        }

        if (done > 0)
        {
            ring.Advance(done);
        }
    }

    // A frame in one slot. 0 when it has to wait for a slot of the arena.
    private int TakeFrame(MemifMemory memory, in MemifDescriptor descriptor, PacketBatch batch, PacketArena arena)
    {
        if (!memory.TryView(descriptor, out Span<byte> bytes) || bytes.IsEmpty)
        {
            _invalid++;
            return 1;
        }

        if (bytes.Length > arena.FrameBytes)
        {
            _oversize++;
            return 1;
        }

        if (!arena.TryRent(out int slot))
        {
            return 0;
        }

        bytes.CopyTo(arena.Slot(slot)[PacketArena.HeadroomBytes..]);
        batch.Append(slot, PacketArena.HeadroomBytes, bytes.Length, bytes.Length);
        _received++;
        return 1;
    }

    // A frame in several slots, or what is left of one that is too long. 0 when it has to wait: for a slot of the arena, or for its end.
    private int TakeChain(MemifRing ring, int first, int available, PacketBatch batch, PacketArena arena)
    {
        int most = Math.Min(available, MaxChain);
        int count = 0;
        bool isWhole = false;
        while (count < most && !isWhole)
        {
            _chain[count] = ring.Read(first + count);
            isWhole = !_chain[count++].HasNext;
        }

        ReadOnlySpan<MemifDescriptor> chain = _chain.AsSpan(0, count);
        if (_isSkipping)
        {
            _isSkipping = !isWhole;
        }
        else if (isWhole)
        {
            if (!TryTakeWhole(ring.Memory, chain, batch, arena))
            {
                return 0;
            }
        }
        else if (count == Math.Min(MaxChain, ring.Size))
        {
            _invalid++;
            _isSkipping = true;
        }
        else
        {
            return 0;
        }

        // DPDK's client, to 22.11 at least, leaves the flag of the last frame in a slot that it uses again: its frames ran together.
        for (int part = 0; part < count; part++)
        {
            ring.Write(first + part, chain[part].Filled((int)chain[part].Length, hasNext: false));
        }

        return count;
    }

    // False when there is no slot of the arena for it.
    private bool TryTakeWhole(MemifMemory memory, ReadOnlySpan<MemifDescriptor> chain, PacketBatch batch, PacketArena arena)
    {
        long length = 0;
        bool isInside = true;
        foreach (ref readonly MemifDescriptor part in chain)
        {
            isInside &= memory.TryView(part, out _);
            length += part.Length;
        }

        if (!isInside || length == 0)
        {
            _invalid++;
            return true;
        }

        if (length > arena.FrameBytes)
        {
            _oversize++;
            return true;
        }

        if (!arena.TryRent(out int slot))
        {
            return false;
        }

        Span<byte> room = arena.Slot(slot)[PacketArena.HeadroomBytes..];
        foreach (ref readonly MemifDescriptor part in chain)
        {
            memory.TryView(part, out Span<byte> bytes);
            bytes.CopyTo(room);
            room = room[bytes.Length..];
        }

        batch.Append(slot, PacketArena.HeadroomBytes, (int)length, (int)length);
        _received++;
        return true;
    }
}
