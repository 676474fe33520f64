using System.Numerics;
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
        LiveFlowTable flows = worker.Flows;
        flows.Find(batch.Tuples);
        ushort second = worker.SecondOf(batch);
        uint asEver = FlowEntry.LifeAt(second);
        uint epoch = worker.Epoch;
        int lookedUp = 0;
        int found = 0;
        int recalled = 0;
        ulong open = 0;
        int kept = 0;

        // Of the position that the last packet was at: mostly all of a burst are at the same.
        int position = PacketDecision.NoPosition;
        bool isReverse = false;
        bool isEntry = false;
        int counter = 0;
        int entered = 0;
        int enteredBytes = 0;

        Span<FlowTuple> tuples = batch.Tuples;
        Span<PacketDecision> decisions = batch.Decisions;
        Span<PacketBuffer> buffers = batch.Buffers;
        ReadOnlySpan<MemberEntry> members = snapshot.Members;
        for (int row = 0; row < tuples.Length; row++)
        {
            ref FlowTuple tuple = ref tuples[row];
            open |= 1UL << row;
            lookedUp += (int)(tuple.Marks & FlowMarks.HasKey);
            if (tuple.Entry < 0 || (tuple.Marks & FlowMarks.OpensConnection) != 0)
            {
                continue;
            }

            found++;
            ref FlowEntry entry = ref flows[tuple.Entry];
            ref PacketDecision decision = ref decisions[row];
            bool isRecalled = entry.Epoch == epoch && (decision.Verdict != Verdict.Deliver || decision.Position == entry.Position);
            if (entry.Life != asEver)
            {
                kept += isRecalled && entry.IsKept ? 1 : 0;
                Refresh(flows, tuple, second);
            }

            if (!isRecalled)
            {
                continue;
            }

            ref PacketBuffer buffer = ref buffers[row];
            if (entry.Position != position)
            {
                CountEntered(worker, counter, entered, enteredBytes);
                (entered, enteredBytes) = (0, 0);
                position = entry.Position;
                ref readonly PathHop hop = ref snapshot.Positions[position];
                ref readonly PathEntry path = ref snapshot.Paths[hop.Path];
                (counter, isReverse, isEntry) = (path.Counter, path.IsReverse, hop.HopsDone == 0);
            }

            if (isEntry && decision.Verdict == Verdict.Undecided)
            {
                entered++;
                enteredBytes += buffer.Length;
            }

            recalled++;
            tuple.Marks |= FlowMarks.IsRecalled;
            decision.Position = position;
            if (entry.Member == FlowEntry.NoMember)
            {
                decision.Verdict = Verdict.EndOfPath;
                continue;
            }

            open ^= 1UL << row;
            decision.Verdict = Verdict.Deliver;
            decision.OutputPort = members[entry.Member].InputPort;
            buffer.Member = entry.Member;
            worker.SetSentBack(buffer.Slot, isReverse);
        }

        CountEntered(worker, counter, entered, enteredBytes);
        flows.Note(lookedUp, found);
        worker.Counters.Statistics.CountFlows(lookedUp, recalled, kept);
        batch.OpenRows = snapshot.HasTaps || worker.WantsHashes ? ulong.MaxValue : open;
    }

    // The first packet of a second, or the second packet of all.
    private static void Refresh(LiveFlowTable flows, in FlowTuple tuple, ushort second)
    {
        ref FlowEntry entry = ref flows[tuple.Entry];
        entry.Seen = second;
        if (entry.State == FlowState.New)
        {
            flows.Keep(tuple);
        }
    }

    private static void CountEntered(WorkerContext worker, int counter, int packets, int bytes)
    {
        if (packets > 0)
        {
            worker.Counters.CountEntered(counter, packets, bytes);
        }
    }

    // A common frame has its key already.
    private static void ReadKeys(PacketBatch batch, WorkerContext worker)
    {
        Span<FlowTuple> tuples = batch.Tuples;
        for (ulong rows = batch.AllRows & ~batch.CommonRows; rows != 0; rows &= rows - 1)
        {
            int row = BitOperations.TrailingZeroCount(rows);
            ref FlowTuple tuple = ref tuples[row];
            if (TryReadKey(batch, row, out FlowKey key))
            {
                CarriedHeader carried = batch.Decisions[row].Carried;
                tuple.SetKey(key, carried.Kind, carried.ServicePath);
                tuple.Marks |= OpensConnection(batch, row) ? FlowMarks.OpensConnection : FlowMarks.None;
            }
        }

        if (worker.SendsBack)
        {
            ForgetKeysOfReturned(batch);
        }
    }

    // A frame that came back the way it was sent tells more by that than by its flow.
    private static void ForgetKeysOfReturned(PacketBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.Arena.Origin(batch.Buffers[row].Slot).SentBack)
            {
                batch.Tuples[row].Marks &= ~FlowMarks.HasKey;
            }
        }
    }

    private static bool TryReadKey(PacketBatch batch, int row, out FlowKey key)
    {
        Verdict verdict = batch.Decisions[row].Verdict;
        if (verdict is not (Verdict.Undecided or Verdict.Deliver))
        {
            key = default;
            return false;
        }

        key = verdict == Verdict.Undecided ? ChainKey.Of(batch, row) : ChainKey.OfCarried(batch, row);
        return key.EtherType != 0;
    }

    private static bool OpensConnection(PacketBatch batch, int row)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return headers.Protocol == IpProtocol.Tcp && !headers.IsLaterFragment
            && TcpHeader.TryRead(batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..][..headers.IpEnd][headers.TransportOffset..], out TcpHeader tcp)
            && tcp.OpensConnection;
    }
}
