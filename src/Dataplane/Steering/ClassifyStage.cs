using System.Numerics;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: headers, verdicts. Sets: keys, position and verdict of the frames that carried nothing: a rule of the ingress port puts
/// them on a path (classifier, or SFC proxy behind a function that knows no encapsulation), all others are switched.
/// </summary>
internal static class ClassifyStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A parsed burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Counts entries into chains.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        int table = snapshot.Ports[batch.IngressPort].Classifier;
        if (table < 0)
        {
            SwitchUndecided(batch);
            return;
        }

        AskFor(batch);
        if (batch.Keys.Count == 0)
        {
            return;
        }

        RuleTable rules = snapshot.RuleTables[table];
        rules.Classifier.Classify(batch.Keys, batch.Rules);
        for (int asked = 0; asked < batch.Keys.Count; asked++)
        {
            int row = batch.AskedRows[asked];
            ref PacketDecision decision = ref batch.Decisions[row];
            int rule = batch.Rules[asked];
            if (rule == IFlowClassifier.NoMatch)
            {
                decision.Verdict = Verdict.Switch;
                continue;
            }

            decision.Position = rules.Positions[rule];
            if (batch.Arena.Origin(batch.Buffers[row].Slot).SentBack)
            {
                decision.Position = ReturnDirection.Choose(decision.Position, table, batch.Keys[asked], snapshot);
            }

            PathHop hop = snapshot.Positions[decision.Position];
            decision.Verdict = hop.Group == PathHop.EndOfPath ? Verdict.EndOfPath : Verdict.Deliver;
            if (hop.HopsDone == 0)
            {
                worker.Counters.CountEntered(snapshot.Paths[hop.Path].Counter, 1, batch.Buffers[row].Length);
            }
        }
    }

    private static void AskFor(PacketBatch batch)
    {
        ReadOnlySpan<PacketDecision> decisions = batch.Decisions;
        for (ulong open = batch.OpenRows; open != 0; open &= open - 1)
        {
            int row = BitOperations.TrailingZeroCount(open);
            if (decisions[row].Verdict == Verdict.Undecided)
            {
                batch.AskedRows[batch.Keys.Count] = row;
                batch.Keys.Add(ChainKey.Of(batch, row));
            }
        }
    }

    private static void SwitchUndecided(PacketBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict == Verdict.Undecided)
            {
                decision.Verdict = Verdict.Switch;
            }
        }
    }
}
