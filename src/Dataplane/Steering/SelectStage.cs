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
        MacAddress source = default;
        MacAddress destination = default;
        if ((fields & (HashFields.EthSrc | HashFields.EthDst)) != 0
            && EthernetHeader.TryRead(batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..], out EthernetHeader ethernet))
        {
            source = ethernet.Source;
            destination = ethernet.Destination;
        }

        return new FlowHashKey
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
}
