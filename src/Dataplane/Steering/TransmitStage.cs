using System.Numerics;
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
        // Rows that became answers go out after the others. Nobody answers an answer.
        for (ulong rows = batch.AllRows; rows != 0;)
        {
            rows = Group(rows, batch, snapshot, worker);
            OutputGroups groups = worker.Outputs;
            for (int group = 0; group < groups.Count; group++)
            {
                TransmitTo(groups.Port(group), groups.Buffers(group), groups.Rows(group), batch, snapshot, worker);
            }

            groups.Clear();
        }
    }

    // Says which rows became answers to frames that do not fit.
    private static ulong Group(ulong rows, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ulong answers = 0;
        OutputGroups groups = worker.Outputs;
        Span<PacketDecision> decisions = batch.Decisions;
        ReadOnlySpan<PacketBuffer> buffers = batch.Buffers;
        ReadOnlySpan<PortEntry> ports = snapshot.Ports;
        for (; rows != 0; rows &= rows - 1)
        {
            int row = BitOperations.TrailingZeroCount(rows);
            ref readonly PacketDecision decision = ref decisions[row];
            if (decision.Verdict is Verdict.Drop or Verdict.Hold)
            {
                if (decision.Verdict == Verdict.Drop)
                {
                    DropUnsent(batch, row, decision.Reason, worker);
                }

                continue;
            }

            ref readonly PacketBuffer buffer = ref buffers[row];
            int mtu = ports[decision.OutputPort].MtuBytes;
            if (mtu > 0 && buffer.Length - decision.LinkBytes > mtu)
            {
                answers |= DropTooLong(batch, row, snapshot, worker) ? 1UL << row : 0;
            }
            else
            {
                groups.Add(decision.OutputPort, row, buffer);
            }
        }

        return answers;
    }

    // All frames for one port at once.
    private static void TransmitTo(
        int port, ReadOnlySpan<PacketBuffer> sending, ReadOnlySpan<int> rows, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        (ITxQueue? queue, AttachedPort? attached) = port < worker.TransmitQueues.Length ? worker.TransmitQueues[port] : default;
        worker.Tracer?.Sending(batch, rows);
        int accepted = queue?.Transmit(sending) ?? 0;
        DropReason refusal = accepted == sending.Length ? DropReason.None : RefusalOf(port, queue, attached, snapshot);
        worker.Tracer?.Sent(sending.Length, accepted, refusal);
        CountSent(port, sending[..accepted], snapshot, worker);
        foreach (int row in rows[accepted..])
        {
            Drop(batch, row, refusal, worker);
        }
    }

    // A port whose device could not be opened has no queue, and one whose device has gone takes nothing.
    private static DropReason RefusalOf(int port, ITxQueue? queue, AttachedPort? attached, SteeringSnapshot snapshot) =>
        queue is null && snapshot.Definition.Ports[port].Attachment is null ? DropReason.PortNotAttached
            : queue is null || attached is { IsDown: true } ? DropReason.PortDown
            : DropReason.TxQueueFull;

    // Who sent the original need not know of copies. True when the row is an answer now.
    private static bool DropTooLong(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        PacketBuffer buffer = batch.Buffers[row];
        PacketDecision decision = batch.Decisions[row];
        DropReason unanswered = decision.IsCopy ? DropReason.TooLong : PathMtuAnswer.Write(batch, row, snapshot, worker);
        if (unanswered == DropReason.None)
        {
            worker.Counters.CountDropped(DropReason.TooLong);
            worker.Counters.CountGenerated();
            worker.Tracer?.Answered(batch, buffer, decision);
            return true;
        }

        DropUnsent(batch, row, unanswered, worker);
        return false;
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
