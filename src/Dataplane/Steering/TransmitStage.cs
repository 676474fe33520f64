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
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict == Verdict.Drop)
            {
                DropUnsent(batch, row, decision.Reason, worker);
            }
            else if (decision.Verdict != Verdict.Hold && !decision.IsDone)
            {
                TransmitTo(decision.OutputPort, row, batch, snapshot, worker);
            }
        }

        // Rows behind which the loop was when they became answers.
        for (int row = 0; row < batch.Count && worker.Counters.Generated > generated; row++)
        {
            ref readonly PacketDecision decision = ref batch.Decisions[row];
            if (!decision.IsDone && decision.Verdict is not (Verdict.Drop or Verdict.Hold))
            {
                TransmitTo(decision.OutputPort, row, batch, snapshot, worker);
            }
        }
    }

    // All frames for one port at once, starting at the first; later rows for other ports are reached by the loop above.
    private static void TransmitTo(int port, int firstRow, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        int mtu = snapshot.Ports[port].MtuBytes;
        int count = 0;
        for (int row = firstRow; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.OutputPort != port || decision.IsDone || decision.Verdict is Verdict.Drop or Verdict.Hold)
            {
                continue;
            }

            ref PacketBuffer buffer = ref batch.Buffers[row];
            decision.IsDone = true;
            if (mtu > 0 && buffer.Length - decision.LinkBytes > mtu)
            {
                DropTooLong(batch, row, snapshot, worker);
                continue;
            }

            buffer.WireLength = buffer.Length;
            worker.Outgoing[count] = buffer;
            worker.OutgoingRows[count] = row;
            count++;
        }

        (ITxQueue? queue, AttachedPort? attached) = port < worker.TransmitQueues.Length ? worker.TransmitQueues[port] : default;
        worker.Tracer?.Sending(batch, worker.OutgoingRows.AsSpan(0, count));
        int accepted = queue?.Transmit(worker.Outgoing.AsSpan(0, count)) ?? 0;
        DropReason refusal = accepted == count ? DropReason.None : RefusalOf(port, queue, attached, snapshot);
        worker.Tracer?.Sent(count, accepted, refusal);
        CountSent(port, worker.OutgoingRows.AsSpan(0, accepted), batch, snapshot, worker);
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

    private static void CountSent(int port, ReadOnlySpan<int> rows, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        long bytes = 0;
        foreach (int row in rows)
        {
            ref readonly PacketBuffer buffer = ref batch.Buffers[row];
            bytes += buffer.Length;
            if (buffer.Member != PacketBuffer.NoMember)
            {
                worker.Counters.CountSteered(snapshot.Members[buffer.Member].Counter, buffer.Length);
            }
        }

        worker.Counters.CountSent(port, rows.Length, bytes);
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
