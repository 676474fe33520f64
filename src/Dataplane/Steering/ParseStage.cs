using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: buffers. Sets: headers, statuses; drops what is too short for Ethernet or was captured short.
/// </summary>
internal static class ParseStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A received burst.</param>
    public static void Run(PacketBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            ref PacketBuffer buffer = ref batch.Buffers[row];
            ref PacketHeaders headers = ref batch.Headers[row];
            ReadOnlySpan<byte> frame = batch.Arena.Frame(buffer);
            ParseStatus status = PacketParser.Parse(frame, FrameStart.Ethernet, out headers);
            batch.Statuses[row] = status;
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
