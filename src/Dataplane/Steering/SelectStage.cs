using System.Numerics;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: position, headers of the inner frame. Sets: member, hash and output port of the frames to deliver that have none
/// yet; drops them when their group has nobody. A flow that the worker knows stays with its member while the group has it.
/// </summary>
internal static class SelectStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A classified burst.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the live flows.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        Span<PacketDecision> decisions = batch.Decisions;
        Span<PacketBuffer> buffers = batch.Buffers;
        for (ulong open = batch.OpenRows; open != 0; open &= open - 1)
        {
            int row = BitOperations.TrailingZeroCount(open);
            ref PacketDecision decision = ref decisions[row];
            ref PacketBuffer buffer = ref buffers[row];
            bool isChosen = buffer.Member != PacketBuffer.NoMember;
            if (decision.Verdict != Verdict.Deliver || (isChosen && !worker.WantsHashes))
            {
                continue;
            }

            ref readonly PathHop hop = ref snapshot.Positions[decision.Position];
            ref readonly PathEntry path = ref snapshot.Paths[hop.Path];
            HashKeyOf(batch, row, hop.Fields, out FlowHashKey key);
            ulong hash = FlowHash.Compute(key, hop.Fields, snapshot.Definition.HashSeed, path.IsSymmetric, path.IsReverse);
            buffer.FlowHash = hash;
            if (!isChosen)
            {
                buffer.Member = Choose(batch, row, hash, hop, snapshot, worker);
            }

            if (buffer.Member == PacketBuffer.NoMember)
            {
                decision.Drop(DropReason.GroupEmpty);
                continue;
            }

            decision.OutputPort = snapshot.Members[buffer.Member].InputPort;
            worker.SetSentBack(buffer.Slot, path.IsReverse);
        }
    }

    private static int Choose(PacketBatch batch, int row, ulong hash, in PathHop hop, SteeringSnapshot snapshot, WorkerContext worker)
    {
        MaglevTable table = snapshot.MaglevTables[hop.Group];
        int chosen = table.IsEmpty ? PacketBuffer.NoMember : hop.FirstMember + table.Lookup(hash);
        ref FlowTuple tuple = ref batch.Tuples[row];
        if ((tuple.Marks & (FlowMarks.HasKey | FlowMarks.OpensConnection)) != FlowMarks.HasKey || tuple.Entry < 0 || batch.Decisions[row].Joins > 0)
        {
            return chosen;
        }

        int before = worker.Flows[tuple.Entry].Counter;
        int members = snapshot.Definition.Groups[hop.Group].Members.Length;
        for (int member = hop.FirstMember; member < hop.FirstMember + members; member++)
        {
            if (snapshot.Members[member].Counter == before)
            {
                tuple.Marks |= member == chosen ? FlowMarks.None : FlowMarks.IsKept;
                return member;
            }
        }

        return chosen;
    }

    // Written where it is read: a copy would be one whole vector, which has to wait for the fields that were stored a moment ago.
    private static void HashKeyOf(PacketBatch batch, int row, HashFields fields, out FlowHashKey key)
    {
        bool needsMac = (fields & (HashFields.EthSrc | HashFields.EthDst)) != 0;
        ref readonly FlowTuple tuple = ref batch.Tuples[row];
        if (!needsMac && (tuple.Marks & FlowMarks.IsCommon) != 0)
        {
            key = KeyOf(tuple.ToFlowKey());
            return;
        }

        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        if (!needsMac && !QuotedFlow.MayQuote(headers))
        {
            key = KeyOf(headers, default, default);
            return;
        }

        ReadOnlySpan<byte> frame = batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..];
        MacAddress source = default;
        MacAddress destination = default;
        if (needsMac && EthernetHeader.TryRead(frame, out EthernetHeader ethernet))
        {
            source = ethernet.Source;
            destination = ethernet.Destination;
        }

        key = QuotedFlow.IsQuoting(frame, headers) ? QuotedKeyOf(frame, headers, source, destination) : KeyOf(headers, source, destination);
    }

    // Apart, because only few packets need room for headers of their own.
    private static FlowHashKey QuotedKeyOf(ReadOnlySpan<byte> frame, in PacketHeaders headers, MacAddress source, MacAddress destination) =>
        KeyOf(QuotedFlow.TryRead(frame, headers, out PacketHeaders answer) ? answer : headers, source, destination);

    private static FlowHashKey KeyOf(in FlowKey key) =>
        new(key.SourceAddress, key.DestinationAddress, key.SourcePort, key.DestinationPort, key.Protocol, 0, 0);

    private static FlowHashKey KeyOf(in PacketHeaders headers, MacAddress source, MacAddress destination) =>
        new(headers.SourceAddress, headers.DestinationAddress, headers.SourcePort, headers.DestinationPort, headers.Protocol, source.Value, destination.Value);
}
