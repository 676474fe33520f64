using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>
/// Later fragments that came before their first one, in the order they came: at most 64 and at most a quarter of the
/// worker's slots (so never more bytes than those slots have), each for at most 100 ms. A slot in here is owned by the hold,
/// which the sum law counts as held, until it is released into a batch or dropped.
/// </summary>
internal sealed class FragmentHold
{
    /// <summary>Most fragments held, where the arena has at least four times as many slots.</summary>
    public const int MostFragments = PacketBatch.Capacity;

    /// <summary>How long a fragment waits, in nanoseconds.</summary>
    public const long WaitNanoseconds = 100_000_000;

    private const int ShareOfSlots = 4;

    private readonly PacketArena _arena;
    private readonly WorkerCounters _counters;
    private readonly HeldFragment[] _rows;

    // Row numbers: those in use, oldest first, then the free ones.
    private readonly int[] _order;

    // Held before a burst and released by it, and held in the burst and released by its end.
    private readonly HeldFragment[] _released;
    private int _count;
    private int _releasedCount;
    private int _taken;
    private int _parts;

    /// <summary>Makes an empty hold.</summary>
    /// <param name="arena">The worker's packet memory.</param>
    /// <param name="counters">The worker's counters.</param>
    public FragmentHold(PacketArena arena, WorkerCounters counters)
    {
        _arena = arena;
        _counters = counters;
        _rows = new HeldFragment[Math.Min(MostFragments, arena.SlotCount / ShareOfSlots)];
        _order = [.. Enumerable.Range(0, _rows.Length)];
        _released = new HeldFragment[_rows.Length + PacketBatch.Capacity];
    }

    /// <summary>Records what is dropped here, while packets are traced.</summary>
    public PacketTracer? Tracer { get; set; }

    /// <summary>Fragments that wait.</summary>
    public int Count => _count;

    /// <summary>Takes a fragment over. The oldest one makes room: under a flood the newest have the best chance.</summary>
    /// <param name="batch">The batch that owned it.</param>
    /// <param name="row">Its row.</param>
    /// <param name="key">Its datagram.</param>
    /// <param name="now">The time.</param>
    public void Hold(PacketBatch batch, int row, in FragmentKey key, long now)
    {
        if (_count == _rows.Length)
        {
            Drop(0, DropReason.FragmentPushedOut);
        }

        _rows[_order[_count++]] = new HeldFragment
        {
            Key = key,
            Buffer = batch.Buffers[row],
            Headers = batch.HeadersOf(row),
            Status = batch.StatusOf(row),
            Decision = batch.Decisions[row],
            IngressPort = batch.IngressPort,
            GivenUpAt = now + WaitNanoseconds,
        };
    }

    /// <summary>Lets the fragments of a datagram go behind their first one.</summary>
    /// <param name="key">The datagram.</param>
    /// <param name="first">What its first fragment says.</param>
    /// <param name="cause">Where the first fragment came from: what goes on now goes on because of it.</param>
    public void Release(in FragmentKey key, in FirstFragment first, in PacketOrigin cause)
    {
        int place = 0;
        while (place < _count)
        {
            ref HeldFragment held = ref _rows[_order[place]];
            if (held.Key != key)
            {
                place++;
                continue;
            }

            Follow(first, ref held.Headers, ref held.Status);
            ref PacketOrigin origin = ref _arena.Origin(held.Buffer.Slot);
            origin.InputPacket = cause.InputPacket;
            origin.TimestampNanoseconds = cause.TimestampNanoseconds;
            origin.Part = ++_parts;
            origin.Lineage = 0;
            _released[_releasedCount++] = held;
            Remove(place);
        }
    }

    /// <summary>Fills a batch with released fragments, all of one port.</summary>
    /// <param name="batch">The batch; owns them afterwards.</param>
    /// <returns>False when there are none.</returns>
    public bool TryTakeReleased(PacketBatch batch)
    {
        if (_taken == _releasedCount)
        {
            (_taken, _releasedCount) = (0, 0);
            return false;
        }

        batch.Begin(_released[_taken].IngressPort);
        while (_taken < _releasedCount && batch.Free > 0)
        {
            batch.Append(_released[_taken++]);
        }

        return true;
    }

    /// <summary>Drops what has waited too long.</summary>
    /// <param name="now">The time.</param>
    public void GiveUp(long now)
    {
        while (_count > 0 && _rows[_order[0]].GivenUpAt <= now)
        {
            Drop(0, DropReason.FragmentUnmatched);
        }
    }

    /// <summary>Drops everything: nothing will come any more.</summary>
    public void GiveUpAll()
    {
        while (_count > 0)
        {
            Drop(0, DropReason.FragmentUnmatched);
        }
    }

    /// <summary>Drops what a new snapshot cannot place: positions are row numbers of the old one, and ports may be gone.</summary>
    /// <param name="ports">Ports of the new snapshot.</param>
    public void GiveUpStale(int ports)
    {
        for (int place = _count - 1; place >= 0; place--)
        {
            ref readonly HeldFragment held = ref _rows[_order[place]];
            if (held.Decision.Carried.Kind != EncapsulationKind.Plain || held.IngressPort >= ports)
            {
                Drop(place, DropReason.FragmentUnmatched);
            }
        }
    }

    /// <summary>Gives a later fragment the five-tuple of its first one.</summary>
    /// <param name="first">What the first one says.</param>
    /// <param name="headers">Headers of the later one.</param>
    /// <param name="status">How far the parser came with it.</param>
    public static void Follow(in FirstFragment first, ref PacketHeaders headers, ref ParseStatus status)
    {
        headers.SourcePort = first.SourcePort;
        headers.DestinationPort = first.DestinationPort;
        headers.Protocol = first.Protocol;
        if (!first.MayEnterChain)
        {
            // As the first one: no five-tuple that a rule could match.
            status = ParseStatus.NoIp;
        }
    }

    private void Drop(int place, DropReason reason)
    {
        _counters.CountDropped(reason);
        Tracer?.Dropped(_arena, _rows[_order[place]], reason);
        _arena.Return(_rows[_order[place]].Buffer.Slot);
        Remove(place);
    }

    private void Remove(int place)
    {
        int row = _order[place];
        Array.Copy(_order, place + 1, _order, place, _count - place - 1);
        _order[--_count] = row;
    }
}
