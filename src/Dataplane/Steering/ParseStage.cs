using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Reads: buffers. Sets: headers, statuses, keys; drops what is too short for Ethernet or was captured short.
/// </summary>
internal static class ParseStage
{
    private const ushort DhcpServer = 67;
    private const ushort DhcpClient = 68;
    private const ushort Dhcpv6Client = 546;
    private const ushort Dhcpv6Server = 547;
    private const byte RouterSolicitation = 133;
    private const byte Redirect = 137;

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

            batch.Decisions[row].LinkBytes = LinkBytes(headers);
            batch.Keys.Add(KeyOf(status, headers, frame, batch.IngressPort));
        }
    }

    /// <summary>Bytes of the Ethernet header and the VLAN tags that could be read, however far the parser came behind them.</summary>
    /// <param name="headers">The parser's findings.</param>
    public static int LinkBytes(in PacketHeaders headers) => EthernetHeader.LengthBytes + (headers.VlanCount * VlanTag.LengthBytes);

    /// <summary>What rules are asked with; a key that no rule matches for frames that never enter a chain.</summary>
    /// <param name="status">How far the parser came.</param>
    /// <param name="headers">The parser's findings.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="ingressPort">Number of the port it came from.</param>
    public static FlowKey KeyOf(ParseStatus status, in PacketHeaders headers, ReadOnlySpan<byte> frame, int ingressPort) =>
        MayEnterChain(status, headers, frame) ? KeyOf(headers, ingressPort) : default;

    // Labelled frames are read by the forward stage or not at all; LLC has no place for a label; DHCP and neighbour
    // discovery keep a function's own port working and never enter a chain.
    private static bool MayEnterChain(ParseStatus status, in PacketHeaders headers, ReadOnlySpan<byte> frame) =>
        status == ParseStatus.Ok
        && headers.EtherType is EtherType.Ipv4 or EtherType.Ipv6
        && !headers.IsLlc
        && !IsDhcp(headers)
        && !IsNeighbourDiscovery(headers, frame);

    private static bool IsDhcp(in PacketHeaders headers)
    {
        if (headers.Protocol != IpProtocol.Udp || !headers.HasPorts)
        {
            return false;
        }

        return headers.IpVersion == 4
            ? headers.SourcePort is DhcpServer or DhcpClient || headers.DestinationPort is DhcpServer or DhcpClient
            : headers.SourcePort is Dhcpv6Client or Dhcpv6Server || headers.DestinationPort is Dhcpv6Client or Dhcpv6Server;
    }

    private static bool IsNeighbourDiscovery(in PacketHeaders headers, ReadOnlySpan<byte> frame) =>
        headers.IpVersion == 6
        && headers.Protocol == IpProtocol.Icmpv6
        && !headers.IsLaterFragment
        && headers.TransportOffset < headers.IpEnd
        && frame[headers.TransportOffset] is >= RouterSolicitation and <= Redirect;

    private static FlowKey KeyOf(in PacketHeaders headers, int ingressPort) => new()
    {
        SourceAddress = headers.SourceAddress,
        DestinationAddress = headers.DestinationAddress,
        SourcePort = headers.SourcePort,
        DestinationPort = headers.DestinationPort,
        Protocol = headers.Protocol,
        EtherType = headers.EtherType,
        IngressPort = ingressPort,
    };
}
