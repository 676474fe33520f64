using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
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

        ReadKeys(batch);
        worker.Flows.Find(batch.Tuples);
        ushort second = worker.SecondOf(batch);
        int lookedUp = 0;
        int recalled = 0;
        int kept = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            ref FlowTuple tuple = ref batch.Tuples[row];
            lookedUp += (tuple.Marks & FlowMarks.HasKey) != 0 ? 1 : 0;
            if (tuple.Entry < 0 || (tuple.Marks & FlowMarks.OpensConnection) != 0)
            {
                continue;
            }

            ref FlowEntry entry = ref worker.Flows[tuple.Entry];
            if (entry.Epoch == worker.Epoch && Recall(batch, row, entry, snapshot, worker))
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

        worker.Counters.Statistics.CountFlows(lookedUp, recalled, kept);
    }

    private static bool Recall(PacketBatch batch, int row, in FlowEntry entry, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref PacketDecision decision = ref batch.Decisions[row];
        if (decision.Verdict == Verdict.Deliver && decision.Position != entry.Position)
        {
            return false;
        }

        ref readonly PathHop hop = ref snapshot.Positions[entry.Position];
        ref readonly PathEntry path = ref snapshot.Paths[hop.Path];
        if (decision.Verdict == Verdict.Undecided && hop.HopsDone == 0)
        {
            worker.Counters.CountEntered(path.Counter, batch.Buffers[row].Length);
        }

        batch.Tuples[row].Marks |= FlowMarks.IsRecalled;
        decision.Position = entry.Position;
        if (entry.Member == FlowEntry.NoMember)
        {
            decision.Verdict = Verdict.EndOfPath;
            return true;
        }

        ref PacketBuffer buffer = ref batch.Buffers[row];
        decision.Verdict = Verdict.Deliver;
        decision.OutputPort = snapshot.Members[entry.Member].InputPort;
        buffer.Member = entry.Member;
        batch.Arena.Origin(buffer.Slot).SentBack = path.IsReverse;
        return true;
    }

    // A frame that came back the way it was sent tells more by that than by its flow.
    private static void ReadKeys(PacketBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref FlowTuple tuple = ref batch.Tuples[row];
            if (batch.Arena.Origin(batch.Buffers[row].Slot).SentBack)
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
}
