using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>
/// A worker's part of a trace: keeps the beginning of packets that match as they came, and writes a record where the stages
/// send or drop them. What they cause is found by the mark in their <see cref="PacketOrigin"/>, which copies inherit.
/// </summary>
/// <remarks>The worker's thread calls everything; it never waits and allocates nothing.</remarks>
internal sealed class PacketTracer
{
    /// <summary>Records that wait to be read, at most.</summary>
    public const int RingRecords = 1_024;

    private const int NotReserved = -1;

    private readonly PacketTrace _trace;
    private readonly TraceFilter _filter;
    private readonly TracedPacket[] _packets = new TracedPacket[PacketBatch.Capacity];
    private readonly int[] _places = new int[PacketBatch.Capacity];
    private SteeringSnapshot? _snapshot;
    private int _packetCount;
    private long _notRecorded;

    /// <summary>Makes the part of one worker.</summary>
    /// <param name="trace">The whole.</param>
    /// <param name="filter">Which packets.</param>
    public PacketTracer(PacketTrace trace, TraceFilter filter)
    {
        _trace = trace;
        _filter = filter;
    }

    /// <summary>The records.</summary>
    public TraceRing Ring { get; } = new(RingRecords);

    /// <summary>Records that found no room. Any thread.</summary>
    public long NotRecorded => Volatile.Read(ref _notRecorded);

    /// <summary>Finds the packets that match, before a stage changes a byte of them.</summary>
    /// <param name="batch">A burst whose carried headers are read.</param>
    /// <param name="snapshot">The steering state for the whole burst.</param>
    public void Take(PacketBatch batch, SteeringSnapshot snapshot)
    {
        _snapshot = snapshot;
        _packetCount = 0;
        bool isOver = _trace.IsFull;
        for (int row = 0; row < batch.Count; row++)
        {
            ref readonly PacketBuffer buffer = ref batch.Buffers[row];
            ref PacketOrigin origin = ref batch.Arena.Origin(buffer.Slot);
            origin.TraceMark = 0;

            // What is held is found when it is let go, with the ports of its first fragment.
            if (!isOver && batch.Decisions[row].Verdict != Verdict.Hold && _filter.Matches(batch.HeadersOf(row), batch.IngressPort))
            {
                Begin(_packetCount++, batch.Arena.Frame(buffer), batch.IngressPort);
                origin.TraceMark = _packetCount;
            }
        }
    }

    /// <summary>A frame of the burst is dropped and was given to no port.</summary>
    /// <param name="batch">The burst, or the batch of copies.</param>
    /// <param name="buffer">The frame.</param>
    /// <param name="decision">What was decided about it.</param>
    /// <param name="reason">Why it is dropped.</param>
    public void Dropped(PacketBatch batch, in PacketBuffer buffer, in PacketDecision decision, DropReason reason)
    {
        int place = Reserve(batch, buffer, decision);
        if (place != NotReserved)
        {
            Drop(place, reason);
            Ring.Publish();
        }
    }

    /// <summary>A frame that does not fit is dropped, and the answer to it will be sent in its place.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="buffer">The frame.</param>
    /// <param name="decision">What was decided about it, before it became the answer.</param>
    public void Answered(PacketBatch batch, in PacketBuffer buffer, in PacketDecision decision)
    {
        Dropped(batch, buffer, decision, DropReason.TooLong);
        int packet = PacketOf(batch, buffer);
        if (packet >= 0)
        {
            _packets[packet].IsAnswered = true;
        }
    }

    /// <summary>A fragment that waited for its first one is dropped.</summary>
    /// <param name="arena">The worker's packet memory.</param>
    /// <param name="held">The fragment.</param>
    /// <param name="reason">Why.</param>
    public void Dropped(PacketArena arena, in HeldFragment held, DropReason reason)
    {
        if (_trace.IsFull || !_filter.Matches(held.Headers, held.IngressPort))
        {
            return;
        }

        // Where it would have been on a path is of a snapshot that may be gone.
        PacketDecision decision = held.Decision;
        decision.Position = PacketDecision.NoPosition;
        Begin(0, arena.Frame(held.Buffer), held.IngressPort);
        int place = Reserve(0, held.Buffer, decision);
        if (place != NotReserved)
        {
            Drop(place, reason);
            Ring.Publish();
        }
    }

    /// <summary>Frames are about to be given to a port, after which their bytes are no longer ours.</summary>
    /// <param name="batch">The burst, or the batch of copies.</param>
    /// <param name="rows">Rows of the frames in it, in the order of the frames.</param>
    public void Sending(PacketBatch batch, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly PacketBuffer buffer = ref batch.Buffers[rows[i]];
            int place = Reserve(batch, buffer, batch.Decisions[rows[i]]);
            _places[i] = place;
            if (place != NotReserved)
            {
                Ring[place].Sent.Keep(batch.Arena.Frame(buffer));
            }
        }
    }

    /// <summary>The port has taken the first of them.</summary>
    /// <param name="count">Frames that it was given.</param>
    /// <param name="accepted">How many it took.</param>
    /// <param name="refusal">Why not all.</param>
    public void Sent(int count, int accepted, DropReason refusal)
    {
        for (int i = accepted; i < count; i++)
        {
            if (_places[i] != NotReserved)
            {
                Drop(_places[i], refusal);
            }
        }

        Ring.Publish();
    }

    private void Begin(int packet, ReadOnlySpan<byte> frame, int ingressPort)
    {
        ref TracedPacket traced = ref _packets[packet];
        traced.Number = 0;
        traced.IsAnswered = false;
        traced.IngressPort = ingressPort;
        traced.TimeNanoseconds = packet == 0 ? (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick : _packets[0].TimeNanoseconds;
        traced.Received.Keep(frame);
    }

    private int PacketOf(PacketBatch batch, in PacketBuffer buffer)
    {
        int mark = batch.Arena.Origin(buffer.Slot).TraceMark;
        return mark <= _packetCount ? mark - 1 : -1;
    }

    private int Reserve(PacketBatch batch, in PacketBuffer buffer, in PacketDecision decision)
    {
        int packet = PacketOf(batch, buffer);
        return packet < 0 ? NotReserved : Reserve(packet, buffer, decision);
    }

    // Gives the packet its number with its first record, so that those that are not on the path asked for have none.
    private int Reserve(int packet, in PacketBuffer buffer, in PacketDecision decision)
    {
        ref TracedPacket traced = ref _packets[packet];
        bool isAnswer = traced.IsAnswered && !decision.IsCopy;
        PathHop hop = default;
        int path = TraceEntry.NoPath;
        if (decision.Position != PacketDecision.NoPosition && !isAnswer)
        {
            hop = _snapshot!.Positions[decision.Position];
            path = _snapshot.Definition.Paths[hop.Path].NshPathId.Value;
        }

        if (traced.Number == 0 && !_filter.Paths.IsEmpty && !_filter.Paths.Contains(path))
        {
            return NotReserved;
        }

        if (Ring.IsFull)
        {
            Volatile.Write(ref _notRecorded, _notRecorded + 1);
            return NotReserved;
        }

        if (traced.Number == 0 && !_trace.TryNumber(out traced.Number))
        {
            return NotReserved;
        }

        int place = Ring.Reserve();
        ref TraceEntry entry = ref Ring[place];
        entry.Packet = traced.Number;
        entry.TimeNanoseconds = traced.TimeNanoseconds;
        entry.IngressPort = traced.IngressPort;
        entry.Received = traced.Received;
        entry.Effect = decision.IsCopy ? TraceEffect.Copy : isAnswer ? TraceEffect.Answer : TraceEffect.Packet;
        entry.Verdict = decision.Verdict;
        entry.Reason = DropReason.None;
        entry.OutputPort = decision.OutputPort;
        entry.Sent.FrameLength = 0;
        entry.PathId = path;
        entry.HopsDone = hop.HopsDone;
        entry.Hops = path == TraceEntry.NoPath ? 0 : _snapshot!.Definition.Paths[hop.Path].Hops.Length;
        entry.HasMember = buffer.Member != PacketBuffer.NoMember;
        entry.Member = entry.HasMember ? _snapshot!.Members[buffer.Member].StableId : 0;
        return place;
    }

    private void Drop(int place, DropReason reason)
    {
        ref TraceEntry entry = ref Ring[place];
        entry.Verdict = Verdict.Drop;
        entry.Reason = reason;
    }

    // A packet of the burst that matches.
    private struct TracedPacket
    {
        public int Number;
        public int IngressPort;
        public long TimeNanoseconds;
        public bool IsAnswered;
        public TraceBytes Received;
    }
}
