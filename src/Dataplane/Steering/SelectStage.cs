using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: position, headers of the inner frame. Sets: member, hash and output port of the frames to deliver; drops them
/// when their group has nobody.
/// </summary>
internal static class SelectStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A classified burst.</param>
    /// <param name="snapshot">The steering state.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            if (decision.Verdict != Verdict.Deliver)
            {
                continue;
            }

            ref readonly PathHop hop = ref snapshot.Positions[decision.Position];
            MaglevTable table = snapshot.MaglevTables[hop.Group];
            if (table.IsEmpty)
            {
                decision.Drop(DropReason.GroupEmpty);
                continue;
            }

            ref readonly PathEntry path = ref snapshot.Paths[hop.Path];
            ulong hash = FlowHash.Compute(
                HashKeyOf(batch, row, hop.Fields), hop.Fields, snapshot.Definition.HashSeed, path.IsSymmetric, path.IsReverse);
            ref PacketBuffer buffer = ref batch.Buffers[row];
            buffer.FlowHash = hash;
            buffer.Member = hop.FirstMember + table.Lookup(hash);
            decision.OutputPort = snapshot.Members[buffer.Member].InputPort;
            batch.Arena.Origin(buffer.Slot).SentBack = path.IsReverse;
        }
    }

    private static FlowHashKey HashKeyOf(PacketBatch batch, int row, HashFields fields)
    {
        ref readonly PacketHeaders headers = ref batch.Headers[row];
        bool needsMac = (fields & (HashFields.EthSrc | HashFields.EthDst)) != 0;
        if (!needsMac && !QuotedFlow.MayQuote(headers))
        {
            return KeyOf(headers, default, default);
        }

        ReadOnlySpan<byte> frame = batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..];
        MacAddress source = default;
        MacAddress destination = default;
        if (needsMac && EthernetHeader.TryRead(frame, out EthernetHeader ethernet))
        {
            source = ethernet.Source;
            destination = ethernet.Destination;
        }

        return QuotedFlow.IsQuoting(frame, headers) ? QuotedKeyOf(frame, headers, source, destination) : KeyOf(headers, source, destination);
    }

    // Apart, because only few packets need room for headers of their own.
    private static FlowHashKey QuotedKeyOf(ReadOnlySpan<byte> frame, in PacketHeaders headers, MacAddress source, MacAddress destination) =>
        KeyOf(QuotedFlow.TryRead(frame, headers, out PacketHeaders answer) ? answer : headers, source, destination);

    private static FlowHashKey KeyOf(in PacketHeaders headers, MacAddress source, MacAddress destination) => new()
    {
        SourceAddress = headers.SourceAddress,
        DestinationAddress = headers.DestinationAddress,
        SourcePort = headers.SourcePort,
        DestinationPort = headers.DestinationPort,
        Protocol = headers.Protocol,
        SourceMac = source.Value,
        DestinationMac = destination.Value,
    };
}
