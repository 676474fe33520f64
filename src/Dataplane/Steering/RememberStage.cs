using System.Numerics;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Remembers what was decided, for the next packets of each flow. Reads: keys of flows, position, member. Sets: nothing of the batch.
/// </summary>
/// <remarks>
/// Not remembered: what entered a chain from the end of another, which has more steps than an entry tells; and what is in no chain.
/// </remarks>
internal static class RememberStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst with members chosen.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the table.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ulong open = batch.OpenRows;
        if (open == 0)
        {
            return;
        }

        ReadOnlySpan<FlowTuple> tuples = batch.Tuples;
        for (; open != 0; open &= open - 1)
        {
            int row = BitOperations.TrailingZeroCount(open);
            ref readonly FlowTuple tuple = ref tuples[row];
            if ((tuple.Marks & (FlowMarks.HasKey | FlowMarks.IsRecalled)) == FlowMarks.HasKey && IsToRemember(batch.Decisions[row], snapshot))
            {
                Remember(batch, row, snapshot, worker);
            }
        }

        worker.Counters.Statistics.SetFlows(worker.Flows.Count, worker.Flows.Unplaced);
    }

    // A group that chooses by MAC addresses chooses by more than the flow.
    private static bool IsToRemember(in PacketDecision decision, SteeringSnapshot snapshot) =>
        decision.Joins == 0
        && ((decision.Verdict == Verdict.Deliver && (snapshot.Positions[decision.Position].Fields & (HashFields.EthSrc | HashFields.EthDst)) == 0)
            || (decision.Verdict == Verdict.EndOfPath && !decision.CameWithHeader));

    private static void Remember(PacketBatch batch, int row, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ref readonly FlowTuple tuple = ref batch.Tuples[row];
        int number = tuple.Entry >= 0 || worker.Flows.Admits() ? worker.Flows.Take(tuple) : FlowTuple.NoEntry;
        if (number < 0)
        {
            return;
        }

        int member = batch.Buffers[row].Member;
        ref FlowEntry entry = ref worker.Flows[number];
        entry.Epoch = worker.Epoch;
        entry.Position = batch.Decisions[row].Position;
        entry.Member = member;
        entry.Counter = member == FlowEntry.NoMember ? FlowEntry.NoMember : snapshot.Members[member].Counter;
        entry.IsKept = (tuple.Marks & FlowMarks.IsKept) != 0;
        entry.Seen = worker.SecondOf(batch);
    }
}
