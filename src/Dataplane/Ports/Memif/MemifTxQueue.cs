using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>A worker's transmit queue: copies frames into the ring of the connection there is, if any, and returns their slots at once.</summary>
internal sealed class MemifTxQueue : ITxQueue
{
    private readonly BurstGate _gate = new();
    private readonly MemifDescriptor[] _chain = new MemifDescriptor[MemifRxQueue.MaxChain];
    private PacketArena? _arena;
    private MemifRingEnd? _end;
    private long _sent;
    private long _refused;
    private long _invalid;

    /// <summary>What has been counted, of the sending fields.</summary>
    public PortStatistics Statistics => new(
        0, Volatile.Read(ref _sent), 0, SendRefused: Volatile.Read(ref _refused), ReceiveInvalid: Volatile.Read(ref _invalid));

    /// <summary>The worker's packet memory.</summary>
    public void Open(PacketArena arena) => _arena = arena;

    /// <summary>The control thread puts a ring in, or takes it out.</summary>
    public void Attach(MemifRingEnd? end)
    {
        _gate.Close();
        _end = end;
        _gate.Leave();
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter())
        {
            return 0;
        }

        try
        {
            return _end is { BrokenRule: null } end ? Transmit(end, buffers, _arena!) : 0;
        }
        finally
        {
            _gate.Leave();
        }
    }

    private int Transmit(MemifRingEnd end, ReadOnlySpan<PacketBuffer> buffers, PacketArena arena)
    {
        MemifRing ring = end.Ring;
        int free = ring.Available();
        if (free < 0)
        {
            _invalid++;
            end.Break("an index of a ring is ahead by more than the ring has slots");
            return 0;
        }

        int taken = 0;
        int done = 0;
        for (; taken < buffers.Length; taken++)
        {
            ref readonly PacketBuffer buffer = ref buffers[taken];
            int used = Put(end, done, free - done, arena.Frame(buffer));
            if (used < 0)
            {
                break;
            }

            done += used;
            arena.Return(buffer.Slot);
        }

        if (done > 0)
        {
            ring.Advance(done);
            end.WakePeer();
        }

        return taken;
    }

    // Slots that the frame has gone into; 0 when no ring of this peer ever carries it; -1 when it stays the caller's.
    private int Put(MemifRingEnd end, int first, int free, ReadOnlySpan<byte> frame)
    {
        if (free == 0)
        {
            return -1;
        }

        MemifRing ring = end.Ring;
        MemifDescriptor room = ring.Room(first);
        if (!TryView(end, room, out Span<byte> bytes))
        {
            return -1;
        }

        if (bytes.Length < frame.Length)
        {
            return PutChain(end, first, free, frame);
        }

        frame.CopyTo(bytes);
        ring.Write(first, room.Filled(frame.Length, hasNext: false));
        _sent++;
        return 1;
    }

    private int PutChain(MemifRingEnd end, int first, int free, ReadOnlySpan<byte> frame)
    {
        MemifRing ring = end.Ring;
        int most = Math.Min(free, _chain.Length);
        int count = 0;
        long room = 0;
        while (count < most && room < frame.Length)
        {
            _chain[count] = ring.Room(first + count);
            room += _chain[count++].Length;
        }

        if (room < frame.Length)
        {
            // Leaving it to the caller would hold up the frames behind it, if the peer never has more room than this at once.
            bool isForEver = count == Math.Min(_chain.Length, ring.Size);
            _refused += isForEver ? 1 : 0;
            return isForEver ? 0 : -1;
        }

        for (int part = 0; part < count; part++)
        {
            if (!TryView(end, _chain[part], out Span<byte> bytes))
            {
                return -1;
            }

            int length = Math.Min(bytes.Length, frame.Length);
            frame[..length].CopyTo(bytes);
            frame = frame[length..];
            ring.Write(first + part, _chain[part].Filled(length, hasNext: part < count - 1));
        }

        _sent++;
        return count;
    }

    private bool TryView(MemifRingEnd end, in MemifDescriptor room, out Span<byte> bytes)
    {
        if (end.Ring.Memory.TryView(room, out bytes) && !bytes.IsEmpty)
        {
            return true;
        }

        _invalid++;
        end.Break("an empty buffer is outside of its region, or has no bytes");
        return false;
    }
}
