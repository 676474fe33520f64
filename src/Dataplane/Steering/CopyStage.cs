using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Copies for taps: of every frame whose position has taps, each gets one in a slot of its own, which is sent before the
/// frame is touched (behaviour 15, rule 10). Whatever becomes of a copy, the frame goes on. Reads: position, carried header.
/// </summary>
/// <remarks>
/// A copy goes through the later stages like any frame, in a batch of its own: first all copies for the first tap of each
/// frame, then all for the second, so that a batch always has room.
/// </remarks>
internal static class CopyStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A classified burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the slots, the batch for copies, queues and counters.</param>
    /// <param name="joins">Frames that have entered so many chains from another are copied: what they passed before was.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker, byte joins)
    {
        if (!snapshot.HasTaps)
        {
            return;
        }

        for (int tap = 0; CopyFor(tap, joins, batch, snapshot, worker); tap++)
        {
            SelectStage.Run(worker.Copies, snapshot, worker);
            EncapsulateStage.Run(worker.Copies, snapshot);
            TransmitStage.Run(worker.Copies, snapshot, worker);
        }
    }

    // False when no frame has a tap of that number.
    private static bool CopyFor(int tap, byte joins, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        worker.Copies.Begin(batch.IngressPort);
        bool found = false;
        for (int row = 0; row < batch.Count; row++)
        {
            ref readonly PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict is not (Verdict.Deliver or Verdict.EndOfPath) || decision.Joins != joins)
            {
                continue;
            }

            ref readonly PathHop hop = ref snapshot.Positions[decision.Position];
            if (tap < hop.TapCount)
            {
                found = true;
                if (TryCopy(batch, row, worker))
                {
                    ref PacketDecision copy = ref worker.Copies.Decisions[^1];
                    copy.Verdict = Verdict.Deliver;
                    copy.Position = hop.FirstTap + tap;
                }
            }
        }

        return found;
    }

    /// <summary>Appends a copy of a frame to the worker's batch for copies, which has room: the last row there, with the frame's columns.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame.</param>
    /// <param name="worker">Has the slots and the batch for copies.</param>
    /// <returns>False when no slot is free, which is counted.</returns>
    public static bool TryCopy(PacketBatch batch, int row, WorkerContext worker)
    {
        worker.Counters.CountGenerated();
        if (!worker.Arena.TryRent(out int slot))
        {
            worker.Counters.CountDropped(DropReason.NoBuffer);
            PacketDecision lost = batch.Decisions[row];
            lost.IsCopy = true;
            worker.Tracer?.Dropped(batch, batch.Buffers[row], lost, DropReason.NoBuffer);
            return false;
        }

        ref readonly PacketBuffer buffer = ref batch.Buffers[row];
        PacketWork.Copy(buffer.Length);
        worker.Arena.Frame(buffer).CopyTo(worker.Arena.Slot(slot)[buffer.Start..]);
        worker.Arena.Origin(slot) = worker.Arena.Origin(buffer.Slot).Copied();
        PacketBatch copies = worker.Copies;
        copies.Append(slot, buffer.Start, buffer.Length, buffer.WireLength);
        copies.HeadersOf(copies.Count - 1) = batch.HeadersOf(row);
        ref PacketDecision decision = ref copies.Decisions[^1];
        decision = batch.Decisions[row];
        decision.IsCopy = true;
        return true;
    }
}
