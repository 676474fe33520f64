using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// What the worker remembers of live flows: where the packet is on its path and which member it goes to, without asking rules and
/// Maglev table. Reads: headers, verdicts. Sets: keys of flows; position, verdict and member where the flow is known.
/// </summary>
/// <remarks>
/// What was decided by another snapshot is not used, but tells the select stage which member the flow had. A new connection is
/// decided anew.
/// </remarks>
internal static class RecallStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst whose carried headers are read and whose fragments know their first.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the table; counts entries into chains.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref readonly PortEntry port = ref snapshot.Ports[batch.IngressPort];
        if ((port.Classifier < 0 && !port.SendsEncapsulated) || batch.IngressPort > ushort.MaxValue)
        {
            return;
        }

        ReadKeys(batch, worker);
        worker.Flows.Find(batch.Tuples);
        ushort second = worker.SecondOf(batch);
        int lookedUp = 0;
        int found = 0;
        int recalled = 0;
        int kept = 0;
        Burst burst = new(batch, snapshot, worker);
        Span<FlowTuple> tuples = batch.Tuples;
        for (int row = 0; row < tuples.Length; row++)
        {
            ref FlowTuple tuple = ref tuples[row];
            lookedUp += (tuple.Marks & FlowMarks.HasKey) != 0 ? 1 : 0;
            if (tuple.Entry < 0 || (tuple.Marks & FlowMarks.OpensConnection) != 0)
            {
                continue;
            }

            found++;
            ref FlowEntry entry = ref worker.Flows[tuple.Entry];
            if (entry.Epoch == worker.Epoch && burst.Recall(row, ref tuple, entry))
            {
                recalled++;
                kept += entry.IsKept ? 1 : 0;
            }

            if (entry.Seen != second)
            {
                entry.Seen = second;
            }

            if (entry.State == FlowState.New)
            {
                worker.Flows.Keep(tuple);
            }
        }

        burst.Finish();
        worker.Flows.Note(lookedUp, found);
        worker.Counters.Statistics.CountFlows(lookedUp, recalled, kept);
    }

    // A frame that came back the way it was sent tells more by that than by its flow.
    private static void ReadKeys(PacketBatch batch, WorkerContext worker)
    {
        Span<FlowTuple> tuples = batch.Tuples;
        ReadOnlySpan<PacketBuffer> buffers = batch.Buffers;
        for (int row = 0; row < tuples.Length; row++)
        {
            ref FlowTuple tuple = ref tuples[row];
            if (worker.SendsBack && batch.Arena.Origin(buffers[row].Slot).SentBack)
            {
                tuple.Marks &= ~FlowMarks.HasKey;
            }
            else if ((tuple.Marks & FlowMarks.IsCommon) == 0 && TryReadKey(batch, row, out FlowKey key))
            {
                CarriedHeader carried = batch.Decisions[row].Carried;
                tuple.SetKey(key, carried.Kind, carried.ServicePath);
                tuple.Marks |= OpensConnection(batch, row) ? FlowMarks.OpensConnection : FlowMarks.None;
            }
        }
    }

    private static bool TryReadKey(PacketBatch batch, int row, out FlowKey key)
    {
        key = batch.Decisions[row].Verdict switch
        {
            Verdict.Undecided => ChainKey.Of(batch, row),
            Verdict.Deliver => ChainKey.OfCarried(batch, row),
            _ => default,
        };
        return key.EtherType != 0;
    }

    private static bool OpensConnection(PacketBatch batch, int row)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return headers.Protocol == IpProtocol.Tcp && !headers.IsLaterFragment
            && TcpHeader.TryRead(batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..][..headers.IpEnd][headers.TransportOffset..], out TcpHeader tcp)
            && tcp.OpensConnection;
    }

    /// <summary>What all packets of a burst are decided by, looked up once.</summary>
    private ref struct Burst(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        private readonly Span<PacketDecision> _decisions = batch.Decisions;
        private readonly Span<PacketBuffer> _buffers = batch.Buffers;
        private readonly ReadOnlySpan<PathHop> _positions = snapshot.Positions;
        private readonly ReadOnlySpan<PathEntry> _paths = snapshot.Paths;
        private readonly ReadOnlySpan<MemberEntry> _members = snapshot.Members;
        private readonly WorkerCounters _counters = worker.Counters;
        private int _counter = -1;
        private int _entered;
        private int _bytes;
        private int _delivered;

        /// <summary>Has a packet go the way of its flow.</summary>
        /// <returns>False when it is elsewhere on the path than its flow was.</returns>
        public bool Recall(int row, ref FlowTuple tuple, in FlowEntry entry)
        {
            ref PacketDecision decision = ref _decisions[row];
            if (decision.Verdict == Verdict.Deliver && decision.Position != entry.Position)
            {
                return false;
            }

            ref PacketBuffer buffer = ref _buffers[row];
            ref readonly PathHop hop = ref _positions[entry.Position];
            ref readonly PathEntry path = ref _paths[hop.Path];
            if (decision.Verdict == Verdict.Undecided && hop.HopsDone == 0)
            {
                CountEntered(path.Counter, buffer.Length);
            }

            tuple.Marks |= FlowMarks.IsRecalled;
            decision.Position = entry.Position;
            if (entry.Member == FlowEntry.NoMember)
            {
                decision.Verdict = Verdict.EndOfPath;
                return true;
            }

            decision.Verdict = Verdict.Deliver;
            decision.OutputPort = _members[entry.Member].InputPort;
            buffer.Member = entry.Member;
            worker.SetSentBack(buffer.Slot, path.IsReverse);
            _delivered++;
            return true;
        }

        /// <summary>Says what is left to be decided, and counts.</summary>
        public readonly void Finish()
        {
            CountEntered();
            batch.IsDecided = _delivered == batch.Count && !snapshot.HasTaps && !worker.WantsHashes;
        }

        // What entered since the path last changed: mostly all of the burst at once.
        private readonly void CountEntered()
        {
            if (_entered > 0)
            {
                _counters.CountEntered(_counter, _entered, _bytes);
            }
        }

        private void CountEntered(int counter, int bytes)
        {
            if (counter != _counter)
            {
                CountEntered();
                (_counter, _entered, _bytes) = (counter, 0, 0);
            }

            _entered++;
            _bytes += bytes;
        }
    }
}
