using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>What the rules of a port see of a packet.</summary>
// Locals for what few packets quote are not zeroed for all the others.
[SkipLocalsInit]
internal static class ChainKey
{
    private const ushort DhcpServer = 67;
    private const ushort DhcpClient = 68;
    private const ushort Dhcpv6Client = 546;
    private const ushort Dhcpv6Server = 547;

    /// <summary>The key of a packet; empty for one that no rule may match.</summary>
    /// <param name="batch">A parsed burst.</param>
    /// <param name="row">The packet.</param>
    public static FlowKey Of(PacketBatch batch, int row)
    {
        ref readonly FlowTuple tuple = ref batch.Tuples[row];
        if ((tuple.Marks & FlowMarks.HasKey) != 0)
        {
            return tuple.ToFlowKey();
        }

        if (!MayEnterChain(batch, row))
        {
            return default;
        }

        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        if (!QuotedFlow.MayQuote(headers))
        {
            return KeyOf(headers, batch.IngressPort);
        }

        ReadOnlySpan<byte> frame = batch.Arena.Frame(batch.Buffers[row]);
        if (!QuotedFlow.IsQuoting(frame, headers))
        {
            return KeyOf(headers, batch.IngressPort);
        }

        return QuotedFlow.TryRead(frame, headers, out PacketHeaders answer) ? KeyOf(answer, batch.IngressPort) : default;
    }

    /// <summary>The flow of a packet that carries a path, whose EtherType may be that of the label; empty when it has none.</summary>
    /// <param name="batch">A burst whose carried headers are read.</param>
    /// <param name="row">The packet.</param>
    public static FlowKey OfCarried(PacketBatch batch, int row)
    {
        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        if (batch.StatusOf(row) != ParseStatus.Ok)
        {
            return default;
        }

        FlowKey key = KeyOf(headers, batch.IngressPort);
        if (QuotedFlow.MayQuote(headers))
        {
            ReadOnlySpan<byte> frame = batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..];
            if (QuotedFlow.IsQuoting(frame, headers) && QuotedFlow.TryRead(frame, headers, out PacketHeaders answer))
            {
                key = KeyOf(answer, batch.IngressPort);
            }
        }

        return key with { EtherType = headers.IpVersion == Ipv4Header.VersionNumber ? EtherType.Ipv4 : EtherType.Ipv6 };
    }

    /// <summary>
    /// What the IP packet says of it, whatever carries it now: DHCP and neighbour discovery keep a function's own port
    /// working and never enter a chain.
    /// </summary>
    /// <param name="batch">A burst whose carried headers are read.</param>
    /// <param name="row">The packet.</param>
    public static bool MayPacketEnterChain(PacketBatch batch, int row)
    {
        FlowMarks marks = batch.Tuples[row].Marks;
        if ((marks & FlowMarks.IsCommon) != 0)
        {
            return (marks & FlowMarks.IsDhcp) == 0;
        }

        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return batch.StatusOf(row) == ParseStatus.Ok
            && !IsDhcp(headers)
            && !(headers.IpVersion == 6 && headers.Protocol == IpProtocol.Icmpv6
                && IsNeighbourDiscovery(headers, batch.Arena.Frame(batch.Buffers[row])[batch.Decisions[row].Carried.InnerOffset..]));
    }

    // Labelled frames are read by the forward stage or not at all; LLC has no place for a label.
    private static bool MayEnterChain(PacketBatch batch, int row)
    {
        if (!MayPacketEnterChain(batch, row))
        {
            return false;
        }

        ref readonly PacketHeaders headers = ref batch.HeadersOf(row);
        return headers.EtherType is EtherType.Ipv4 or EtherType.Ipv6 && !headers.IsLlc;
    }

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
        !headers.IsLaterFragment
        && headers.TransportOffset < headers.IpEnd
        && frame[headers.TransportOffset] is >= Icmpv6Header.FirstNeighbourDiscovery and <= Icmpv6Header.LastNeighbourDiscovery;

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
