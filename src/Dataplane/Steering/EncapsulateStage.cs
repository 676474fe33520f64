using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: carried header, position, member. Sets: buffers and bytes. What the frame carries and what the next function
/// wants choose among four operations: readdress, insert, forward, remove.
/// </summary>
internal static class EncapsulateStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst with members chosen.</param>
    /// <param name="snapshot">The steering state.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketDecision decision = ref batch.Decisions[row];
            DropReason reason = decision.Verdict switch
            {
                Verdict.Deliver => Deliver(batch, row, snapshot),
                Verdict.EndOfPath => RemoveCarried(batch, row),
                _ => DropReason.None,
            };
            if (reason != DropReason.None)
            {
                decision.Drop(reason);
            }
        }
    }

    private static DropReason Deliver(PacketBatch batch, int row, SteeringSnapshot snapshot)
    {
        ref PacketBuffer buffer = ref batch.Buffers[row];
        ref PacketDecision decision = ref batch.Decisions[row];
        ref readonly PathHop hop = ref snapshot.Positions[decision.Position];
        if (decision.IsCopy && hop.Wants == EncapsulationKind.Plain)
        {
            // What a tap that knows no encapsulation sees is what left the hop before, to the byte.
            return DropReason.None;
        }

        MacAddress nextHop = snapshot.Members[buffer.Member].Mac;
        if (decision.Carried.Kind == hop.Wants)
        {
            EncapsulationCatalog.Forward(hop.Wants, batch.Arena.Frame(buffer), decision.Carried, hop.Template, nextHop, snapshot.Definition.ForwarderMac);
            return DropReason.None;
        }

        DropReason reason = RemoveCarried(batch, row);
        if (reason != DropReason.None)
        {
            return reason;
        }

        if (hop.Wants == EncapsulationKind.Nsh)
        {
            decision.LinkBytes = EthernetHeader.LengthBytes;
        }

        return EncapsulationCatalog.Insert(hop.Wants, batch.Arena.Slot(buffer.Slot), ref buffer, IpOffset(batch, row), hop.Template, nextHop);
    }

    private static int IpOffset(PacketBatch batch, int row)
    {
        ref readonly FlowTuple tuple = ref batch.Tuples[row];
        if ((tuple.Marks & FlowMarks.IsCommon) != 0)
        {
            return tuple.LinkBytes;
        }

        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return headers.EtherType is EtherType.Ipv4 or EtherType.Ipv6 && !headers.IsLlc ? headers.LinkHeaderLength : IEncapsulation.NoIp;
    }

    /// <summary>Takes off what a frame carries.</summary>
    /// <param name="batch">The burst.</param>
    /// <param name="row">The frame.</param>
    public static DropReason RemoveCarried(PacketBatch batch, int row)
    {
        ref PacketBuffer buffer = ref batch.Buffers[row];
        ref PacketDecision decision = ref batch.Decisions[row];
        if (decision.Carried.Kind == EncapsulationKind.Nsh)
        {
            decision.LinkBytes = ParseStage.LinkBytes(batch.HeadersOf(row));
        }

        return EncapsulationCatalog.Remove(batch.Arena.Slot(buffer.Slot), ref buffer, decision.Carried);
    }
}
