using System.Buffers.Binary;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Parsing.Fast;

/// <summary>
/// The short way through the frames that nearly all traffic is: Ethernet, at most two VLAN tags, IPv4 without options or IPv6
/// without extension headers, whole, TCP or UDP. Says no to everything else, which the full parser reads.
/// </summary>
/// <remarks>
/// Bounds: every load lies below the length that was checked before it. Twin: <see cref="PacketParser"/>, with which it must
/// agree wherever it says yes. Scalar, as wide loads of the fields as they stand: what a vector would compare at once are
/// four fields, and the row is written in whole words.
/// </remarks>
internal static unsafe class CommonFrame
{
    private const int MostTags = 2;

    // As they stand in memory.
    private const ushort Ipv4 = ((EtherType.Ipv4 << 8) | (EtherType.Ipv4 >> 8)) & 0xffff;
    private const ushort Ipv6 = ((EtherType.Ipv6 << 8) | (EtherType.Ipv6 >> 8)) & 0xffff;
    private const ushort Vlan = ((EtherType.VlanTag << 8) | (EtherType.VlanTag >> 8)) & 0xffff;
    private const ushort ServiceVlan = ((EtherType.ServiceVlanTag << 8) | (EtherType.ServiceVlanTag >> 8)) & 0xffff;
    private const int FragmentFields = Ipv4Header.MoreFragmentsFlag | Ipv4Header.FragmentOffsetMask;
    private const ushort Fragment = ((FragmentFields << 8) | (FragmentFields >> 8)) & 0xffff;

    // The lower of two that follow each other: server and client over IPv4, client and server over IPv6.
    private const uint Dhcpv4Ports = 67;
    private const uint Dhcpv6Ports = 546;

    /// <summary>Reads the flow of a common frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="ingressPort">Number of the port it came from.</param>
    /// <param name="row">Its flow; no mark of it is set when the answer is false.</param>
    /// <returns>False when the full parser must read the frame.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, ushort ingressPort, ref FlowTuple row)
    {
        fixed (byte* first = frame)
        {
            int length = frame.Length;
            if (length < EthernetHeader.LengthBytes + Ipv4Header.MinLengthBytes + UdpHeader.LengthBytes)
            {
                return false;
            }

            int offset = EthernetHeader.LengthBytes;
            ushort type = *(ushort*)(first + EthernetHeader.TypeOffset);
            if (type == Ipv4)
            {
                return TryReadIpv4(first, offset, length, ingressPort, ref row);
            }

            for (int tags = 0; (type == Vlan || type == ServiceVlan) && tags < MostTags; tags++)
            {
                offset += VlanTag.LengthBytes;
                type = *(ushort*)(first + offset - sizeof(ushort));
            }

            // Two tags still leave 12 bytes that may be looked at.
            return type == Ipv4 ? TryReadIpv4(first, offset, length, ingressPort, ref row)
                : type == Ipv6 && TryReadIpv6(first, offset, length, ingressPort, ref row);
        }
    }

    private static bool TryReadIpv4(byte* first, int offset, int length, ushort ingressPort, ref FlowTuple row)
    {
        byte* ip = first + offset;
        int available = length - offset;

        // Both are read together: version and header length, and what a fragment has.
        if (available < Ipv4Header.MinLengthBytes + UdpHeader.LengthBytes || ip[0] != ((Ipv4Header.VersionNumber << 4) | (Ipv4Header.MinLengthBytes / 4))
            || (*(ushort*)(ip + 6) & Fragment) != 0)
        {
            return false;
        }

        byte protocol = ip[9];
        int total = BinaryPrimitives.ReverseEndianness(*(ushort*)(ip + 2));
        if (total > available || !IsCommonTransport(ip + Ipv4Header.MinLengthBytes, total - Ipv4Header.MinLengthBytes, protocol, Dhcpv4Ports, out FlowMarks marks))
        {
            return false;
        }

        row.Address0 = *(ulong*)(ip + 12);
        row.Address1 = 0;
        row.Address2 = 0;
        row.Address3 = 0;
        Finish(*(uint*)(ip + Ipv4Header.MinLengthBytes), protocol, Ipv4Header.VersionNumber, ingressPort, offset, marks, ref row);
        return true;
    }

    private static bool TryReadIpv6(byte* first, int offset, int length, ushort ingressPort, ref FlowTuple row)
    {
        byte* ip = first + offset;
        int available = length - offset;
        if (available < Ipv6Header.LengthBytes + UdpHeader.LengthBytes || ip[0] >> 4 != Ipv6Header.VersionNumber)
        {
            return false;
        }

        byte protocol = ip[6];
        int payload = BinaryPrimitives.ReverseEndianness(*(ushort*)(ip + 4));
        if (payload > available - Ipv6Header.LengthBytes || !IsCommonTransport(ip + Ipv6Header.LengthBytes, payload, protocol, Dhcpv6Ports, out FlowMarks marks))
        {
            return false;
        }

        row.Address0 = *(ulong*)(ip + 8);
        row.Address1 = *(ulong*)(ip + 16);
        row.Address2 = *(ulong*)(ip + 24);
        row.Address3 = *(ulong*)(ip + 32);
        Finish(*(uint*)(ip + Ipv6Header.LengthBytes), protocol, Ipv6Header.VersionNumber, ingressPort, offset, marks, ref row);
        return true;
    }

    // Whole headers only, so that flags are there to be read.
    private static bool IsCommonTransport(byte* transport, int length, byte protocol, uint dhcpPorts, out FlowMarks marks)
    {
        const FlowMarks Common = FlowMarks.IsCommon | FlowMarks.IsUnread;
        if (protocol == IpProtocol.Tcp)
        {
            marks = Common | FlowMarks.HasKey;
            if (length < TcpHeader.MinLengthBytes)
            {
                return false;
            }

            marks |= TcpHeader.IsOpening(transport[TcpHeader.FlagsOffset]) ? FlowMarks.OpensConnection : FlowMarks.None;
            return true;
        }

        uint ports = BinaryPrimitives.ReverseEndianness(*(uint*)transport);
        bool isDhcp = (ports >> 16) - dhcpPorts <= 1 || (ports & 0xffff) - dhcpPorts <= 1;
        marks = Common | (isDhcp ? FlowMarks.IsDhcp : FlowMarks.HasKey);
        return protocol == IpProtocol.Udp && length >= UdpHeader.LengthBytes;
    }

    private static void Finish(uint ports, byte protocol, byte version, ushort ingressPort, int linkBytes, FlowMarks marks, ref FlowTuple row)
    {
        row.Tail = ports | ((ulong)protocol << 32) | ((ulong)version << 40) | ((ulong)ingressPort << 48);
        row.ServicePath = 0;
        row.LinkBytes = (byte)linkBytes;
        row.Marks = marks;
    }
}
