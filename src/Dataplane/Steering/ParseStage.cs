using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Parsing.Fast;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: buffers. Sets: tuples of common frames, which are read further only when somebody asks; headers and statuses of all
/// others. Drops what is too short for Ethernet or was captured short.
/// </summary>
internal static class ParseStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A received burst.</param>
    public static void Run(PacketBatch batch)
    {
        bool hasShortWay = batch.IngressPort <= ushort.MaxValue;
        ReadOnlySpan<PacketBuffer> buffers = batch.Buffers;
        Span<PacketDecision> decisions = batch.Decisions;
        Span<FlowTuple> tuples = batch.Tuples;
        ulong common = 0;
        for (int row = 0; row < buffers.Length; row++)
        {
            ref readonly PacketBuffer buffer = ref buffers[row];
            ReadOnlySpan<byte> frame = batch.Arena.Frame(buffer);
            if (hasShortWay && buffer.Length == buffer.WireLength && CommonFrame.TryRead(frame, (ushort)batch.IngressPort, ref tuples[row]))
            {
                common |= 1UL << row;
                ref PacketDecision decision = ref decisions[row];
                decision.SentTo = MacAddress.Read(frame);
                decision.LinkBytes = tuples[row].LinkBytes;
            }
            else
            {
                ParseWhole(batch, row, frame);
            }
        }

        batch.CommonRows = common;
    }

    private static void ParseWhole(PacketBatch batch, int row, ReadOnlySpan<byte> frame)
    {
        ref PacketHeaders headers = ref batch.HeadersOf(row);
        ref PacketDecision decision = ref batch.Decisions[row];
        ref readonly PacketBuffer buffer = ref batch.Buffers[row];
        ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out headers);
        batch.StatusOf(row) = status;
        if (buffer.Length < buffer.WireLength)
        {
            decision.Drop(DropReason.CapturedShort);
        }
        else if (status == ParseStatus.TruncatedLink)
        {
            decision.Drop(DropReason.Malformed);
        }
        else
        {
            decision.SentTo = MacAddress.Read(frame);
        }

        decision.LinkBytes = LinkBytes(headers);
    }

    /// <summary>Bytes of the Ethernet header and the VLAN tags that could be read, however far the parser came behind them.</summary>
    /// <param name="headers">The parser's findings.</param>
    public static int LinkBytes(in PacketHeaders headers) => EthernetHeader.LengthBytes + (headers.VlanCount * VlanTag.LengthBytes);
}
