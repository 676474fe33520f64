using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.PathMtu;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Hands the frames to the queues of their output ports, in order for each port, and returns the slots of those that go
/// nowhere. A frame that does not fit its port is dropped, and its slot becomes the answer where there is one. Afterwards the
/// batch owns nothing. Reads: everything. Sets: counters.
/// </summary>
internal static class TransmitStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst with every packet decided.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Queues and counters.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        long generated = worker.Counters.Generated;
        Span<PacketDecision> decisions = batch.Decisions;
        for (int row = 0; row < decisions.Length; row++)
        {
            ref readonly PacketDecision decision = ref decisions[row];
            if (decision.Verdict == Verdict.Drop)
            {
                DropUnsent(batch, row, decision.Reason, worker);
            }
            else if (decision.Verdict != Verdict.Hold && !decision.IsDone)
            {
                worker.Outputs.Add(decision.OutputPort, row);
            }
        }

        TransmitGroups(batch, snapshot, worker);
        if (worker.Counters.Generated == generated)
        {
            return;
        }

        // Rows that became answers meanwhile.
        for (int row = 0; row < decisions.Length; row++)
        {
            ref readonly PacketDecision decision = ref decisions[row];
            if (!decision.IsDone && decision.Verdict is not (Verdict.Drop or Verdict.Hold))
            {
                worker.Outputs.Add(decision.OutputPort, row);
            }
        }

        TransmitGroups(batch, snapshot, worker);
    }

    private static void TransmitGroups(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        OutputGroups groups = worker.Outputs;
        for (int group = 0; group < groups.Count; group++)
        {
            TransmitTo(groups.Port(group), groups.Rows(group, worker.OutgoingRows), batch, snapshot, worker);
        }

        groups.Clear();
    }

    // All frames for one port at once; those that do not fit leave their place among the rows to the next.
    private static void TransmitTo(int port, int rows, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        int mtu = snapshot.Ports[port].MtuBytes;
        int count = 0;
        Span<PacketDecision> decisions = batch.Decisions;
        ReadOnlySpan<PacketBuffer> buffers = batch.Buffers;
        PacketBuffer[] sending = worker.Outgoing;
        int[] sendingRows = worker.OutgoingRows;
        for (int place = 0; place < rows; place++)
        {
            int row = sendingRows[place];
            ref PacketDecision decision = ref decisions[row];
            ref readonly PacketBuffer buffer = ref buffers[row];
            decision.IsDone = true;
            if (mtu > 0 && buffer.Length - decision.LinkBytes > mtu)
            {
                DropTooLong(batch, row, snapshot, worker);
                continue;
            }

            // The length last: a copy of what was written a moment ago would wait for it.
            ref PacketBuffer outgoing = ref sending[count];
            outgoing = buffer;
            outgoing.WireLength = buffer.Length;
            sendingRows[count] = row;
            count++;
        }

        (ITxQueue? queue, AttachedPort? attached) = port < worker.TransmitQueues.Length ? worker.TransmitQueues[port] : default;
        worker.Tracer?.Sending(batch, worker.OutgoingRows.AsSpan(0, count));
        int accepted = queue?.Transmit(sending.AsSpan(0, count)) ?? 0;
        DropReason refusal = accepted == count ? DropReason.None : RefusalOf(port, queue, attached, snapshot);
        worker.Tracer?.Sent(count, accepted, refusal);
        CountSent(port, sending.AsSpan(0, accepted), snapshot, worker);
        foreach (int row in worker.OutgoingRows.AsSpan(accepted, count - accepted))
        {
            Drop(batch, row, refusal, worker);
        }
    }

    // A port whose device could not be opened has no queue, and one whose device has gone takes nothing.
    private static DropReason RefusalOf(int port, ITxQueue? queue, AttachedPort? attached, SteeringSnapshot snapshot) =>
        queue is null && snapshot.Definition.Ports[port].Attachment is null ? DropReason.PortNotAttached
            : queue is null || attached is { IsDown: true } ? DropReason.PortDown
            : DropReason.TxQueueFull;

    // Who sent the original need not know of copies.
    private static void DropTooLong(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        PacketBuffer buffer = batch.Buffers[row];
        PacketDecision decision = batch.Decisions[row];
        DropReason unanswered = decision.IsCopy ? DropReason.TooLong : PathMtuAnswer.Write(batch, row, snapshot, worker);
        if (unanswered == DropReason.None)
        {
            worker.Counters.CountDropped(DropReason.TooLong);
            worker.Counters.CountGenerated();
            worker.Tracer?.Answered(batch, buffer, decision);
        }
        else
        {
            DropUnsent(batch, row, unanswered, worker);
        }
    }

    // Frames for one port are mostly all for one member.
    private static void CountSent(int port, ReadOnlySpan<PacketBuffer> sent, SteeringSnapshot snapshot, WorkerContext worker)
    {
        long bytes = 0;
        int member = PacketBuffer.NoMember;
        int packets = 0;
        long memberBytes = 0;
        foreach (ref readonly PacketBuffer buffer in sent)
        {
            if (buffer.Member != member)
            {
                CountSteered(member, packets, memberBytes, snapshot, worker);
                (member, packets, memberBytes) = (buffer.Member, 0, 0);
            }

            packets++;
            memberBytes += buffer.Length;
            bytes += buffer.Length;
        }

        CountSteered(member, packets, memberBytes, snapshot, worker);
        worker.Counters.CountSent(port, sent.Length, bytes);
    }

    private static void CountSteered(int member, int packets, long bytes, SteeringSnapshot snapshot, WorkerContext worker)
    {
        if (member != PacketBuffer.NoMember)
        {
            worker.Counters.CountSteered(snapshot.Members[member].Counter, packets, bytes);
        }
    }

    private static void DropUnsent(PacketBatch batch, int row, DropReason reason, WorkerContext worker)
    {
        ref readonly PacketDecision decision = ref batch.Decisions[row];
        bool isLongCopy = reason == DropReason.TooLong && decision is { IsCopy: true, Verdict: Verdict.Deliver };
        DropReason named = isLongCopy ? DropReason.TapTooLong : reason;
        worker.Tracer?.Dropped(batch, batch.Buffers[row], decision, named);
        Drop(batch, row, named, worker);
    }

    private static void Drop(PacketBatch batch, int row, DropReason reason, WorkerContext worker)
    {
        worker.Counters.CountDropped(reason);
        worker.Arena.Return(batch.Buffers[row].Slot);
    }
}
