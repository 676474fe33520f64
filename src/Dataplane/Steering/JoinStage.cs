using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Service graphs: a frame at the end of a path that others are joined to loses its header and is classified by their
/// classifiers (behaviour 17). Reads: position. Sets: headers, position and verdict of the frames that a rule takes; the
/// others have left.
/// </summary>
internal static class JoinStage
{
    /// <summary>
    /// Most chains that a frame enters without visiting a function between them. The API lets nobody join chains in a ring;
    /// this bounds the work for definitions that do.
    /// </summary>
    public const int MaxJoins = 64;

    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A classified burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Scratch and counters.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        if (!snapshot.HasJoins)
        {
            return;
        }

        // Every round takes frames one chain on, each of which may have taps before its first hop.
        for (byte round = 0; EnterNext(round, batch, snapshot, worker); round++)
        {
            CopyStage.Run(batch, snapshot, worker, (byte)(round + 1));
        }
    }

    // False when no frame entered another chain.
    private static bool EnterNext(byte round, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        bool entered = false;
        for (int row = 0; row < batch.Count; row++)
        {
            int table = NextRules(round, batch, row, snapshot);
            if (table >= 0)
            {
                entered |= ClassifyBy(table, round, row, batch, snapshot, worker);
            }
        }

        return entered;
    }

    private static int NextRules(byte round, PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        ref readonly PacketDecision decision = ref batch.Decisions[row];
        return decision.Verdict == Verdict.EndOfPath && decision.Joins == round && !decision.HasLeft
            ? snapshot.Paths[snapshot.Positions[decision.Position].Path].NextRules
            : -1;
    }

    // All frames for one table at once, starting at the first; later rows for other tables are reached by the loop above.
    private static bool ClassifyBy(int table, byte round, int firstRow, PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        RuleTable rules = snapshot.RuleTables[table];
        FlowKeyBatch keys = worker.JoinKeys;
        keys.Clear();
        for (int row = firstRow; row < batch.Count; row++)
        {
            if (NextRules(round, batch, row, snapshot) == table && TakeHeaderOff(batch, row))
            {
                worker.JoinRows[keys.Count] = row;
                keys.Add(ChainKey.Of(batch, row));
            }
        }

        bool entered = false;
        rules.Classifier.Classify(keys, worker.JoinRules);
        for (int i = 0; i < keys.Count; i++)
        {
            ref PacketDecision decision = ref batch.Decisions[worker.JoinRows[i]];
            int rule = worker.JoinRules[i];
            if (rule == IFlowClassifier.NoMatch)
            {
                decision.HasLeft = true;
            }
            else if (round == MaxJoins)
            {
                decision.Drop(DropReason.TooManyJoins);
            }
            else
            {
                entered = true;
                decision.Joins++;
                decision.Position = rules.Positions[rule];
                PathHop hop = snapshot.Positions[decision.Position];
                decision.Verdict = hop.Group == PathHop.EndOfPath ? Verdict.EndOfPath : Verdict.Deliver;
                worker.Counters.CountEntered(snapshot.Paths[hop.Path].Counter, 1, batch.Buffers[worker.JoinRows[i]].Length);
            }
        }

        return entered;
    }

    // What the next chain's classifiers see is the frame as it would leave.
    private static bool TakeHeaderOff(PacketBatch batch, int row)
    {
        ref PacketDecision decision = ref batch.Decisions[row];
        DropReason reason = EncapsulateStage.RemoveCarried(batch, row);
        if (reason != DropReason.None)
        {
            decision.Drop(reason);
            return false;
        }

        if (decision.Carried.Kind == EncapsulationKind.Mpls)
        {
            ReadUnlabelled(batch, row);
        }

        decision.Carried = default;
        return true;
    }

    // Headers were read with the label; those of an inner frame are right already. What a later fragment has of its first
    // one is in no byte of it.
    private static void ReadUnlabelled(PacketBatch batch, int row)
    {
        ref PacketHeaders headers = ref batch.HeadersOf(row);
        PacketHeaders labelled = headers;
        ParseStatus status = PacketParser.Parse(batch.Arena.Frame(batch.Buffers[row]), FrameStart.Ethernet, out headers);
        if (!headers.IsLaterFragment)
        {
            batch.StatusOf(row) = status;
            return;
        }

        headers.SourcePort = labelled.SourcePort;
        headers.DestinationPort = labelled.DestinationPort;
        headers.Protocol = labelled.Protocol;
    }
}
