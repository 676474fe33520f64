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
        Span<PacketDecision> decisions = batch.Decisions;
        Span<PacketBuffer> buffers = batch.Buffers;
        ReadOnlySpan<FlowTuple> tuples = batch.Tuples;
        ReadOnlySpan<PathHop> positions = snapshot.Positions;
        ReadOnlySpan<MemberEntry> members = snapshot.Members;
        for (int row = 0; row < decisions.Length; row++)
        {
            ref PacketDecision decision = ref decisions[row];
            DropReason reason = DropReason.None;
            if (decision.Verdict == Verdict.Deliver)
            {
                // A common frame carries nothing, and is no copy.
                ref readonly FlowTuple tuple = ref tuples[row];
                ref PacketBuffer buffer = ref buffers[row];
                ref readonly PathHop hop = ref positions[decision.Position];
                reason = (tuple.Marks & FlowMarks.IsCommon) == 0
                    ? Deliver(batch, row, hop, snapshot)
                    : Insert(batch.Arena.Slot(buffer.Slot), ref buffer, ref decision, tuple.LinkBytes, hop, members[buffer.Member].Mac);
            }
            else if (decision.Verdict == Verdict.EndOfPath)
            {
                reason = RemoveCarried(batch, row);
            }

            if (reason != DropReason.None)
            {
                decision.Drop(reason);
            }
        }
    }

    private static DropReason Deliver(PacketBatch batch, int row, in PathHop hop, SteeringSnapshot snapshot)
    {
        ref PacketBuffer buffer = ref batch.Buffers[row];
        ref PacketDecision decision = ref batch.Decisions[row];
        if (decision.IsCopy && hop.Wants == EncapsulationKind.Plain)
        {
            // What a tap that knows no encapsulation sees is what left the hop before, to the byte.
            return DropReason.None;
        }

        MacAddress nextHop = snapshot.Members[buffer.Member].Mac;
        if (decision.Carried.Kind == hop.Wants)
        {
            EncapsulationCatalog.Forward(hop.Wants, batch.Arena.Frame(buffer), decision.Carried, hop.Header, nextHop, snapshot.Definition.ForwarderMac);
            return DropReason.None;
        }

        DropReason reason = RemoveCarried(batch, row);
        if (reason != DropReason.None)
        {
            return reason;
        }

        return Insert(batch.Arena.Slot(buffer.Slot), ref buffer, ref decision, IpOffset(batch, row), hop, nextHop);
    }

    private static DropReason Insert(Span<byte> slot, ref PacketBuffer buffer, ref PacketDecision decision, int ipOffset, in PathHop hop, MacAddress nextHop)
    {
        if (hop.Wants == EncapsulationKind.Nsh)
        {
            decision.LinkBytes = EthernetHeader.LengthBytes;
        }

        return EncapsulationCatalog.Insert(hop.Wants, slot, ref buffer, ipOffset, hop.Header, nextHop);
    }

    private static int IpOffset(PacketBatch batch, int row)
    {
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
