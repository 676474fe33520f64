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
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketBuffer buffer = ref batch.Buffers[row];
            ReadOnlySpan<byte> frame = batch.Arena.Frame(buffer);
            ref FlowTuple tuple = ref batch.Tuples[row];
            if (hasShortWay && buffer.Length == buffer.WireLength && CommonFrame.TryRead(frame, (ushort)batch.IngressPort, ref tuple))
            {
                batch.Decisions[row].SentTo = MacAddress.Read(frame);
                batch.Decisions[row].LinkBytes = tuple.LinkBytes;
                continue;
            }

            ref PacketHeaders headers = ref batch.HeadersOf(row);
            ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out headers);
            batch.StatusOf(row) = status;
            if (buffer.Length < buffer.WireLength)
            {
                batch.Decisions[row].Drop(DropReason.CapturedShort);
            }
            else if (status == ParseStatus.TruncatedLink)
            {
                batch.Decisions[row].Drop(DropReason.Malformed);
            }
            else
            {
                batch.Decisions[row].SentTo = MacAddress.Read(frame);
            }

            batch.Decisions[row].LinkBytes = LinkBytes(headers);
        }
    }

    /// <summary>Bytes of the Ethernet header and the VLAN tags that could be read, however far the parser came behind them.</summary>
    /// <param name="headers">The parser's findings.</param>
    public static int LinkBytes(in PacketHeaders headers) => EthernetHeader.LengthBytes + (headers.VlanCount * VlanTag.LengthBytes);
}
