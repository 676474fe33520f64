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

    /// <summary>Reads the flow of a common frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="ingressPort">Number of the port it came from.</param>
    /// <param name="row">Its flow; nothing but marks when the answer is false.</param>
    /// <returns>False when the full parser must read the frame.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, ushort ingressPort, ref FlowTuple row)
    {
        row.Marks = FlowMarks.None;
        fixed (byte* first = frame)
        {
            int length = frame.Length;
            if (length < EthernetHeader.LengthBytes + Ipv4Header.MinLengthBytes + UdpHeader.LengthBytes)
            {
                return false;
            }

            int offset = EthernetHeader.LengthBytes;
            ushort type = *(ushort*)(first + EthernetHeader.TypeOffset);
            for (int tags = 0; (type == Vlan || type == ServiceVlan) && tags < MostTags; tags++)
            {
                offset += VlanTag.LengthBytes;
                type = *(ushort*)(first + offset - sizeof(ushort));
            }

            // Two tags still leave 12 bytes that may be looked at.
            row.LinkBytes = (byte)offset;
            return type == Ipv4 ? TryReadIpv4(first + offset, length - offset, ingressPort, ref row)
                : type == Ipv6 && TryReadIpv6(first + offset, length - offset, ingressPort, ref row);
        }
    }

    private static bool TryReadIpv4(byte* ip, int available, ushort ingressPort, ref FlowTuple row)
    {
        // Both are read together: version and header length, and what a fragment has.
        if (available < Ipv4Header.MinLengthBytes + UdpHeader.LengthBytes || ip[0] != ((Ipv4Header.VersionNumber << 4) | (Ipv4Header.MinLengthBytes / 4))
            || (*(ushort*)(ip + 6) & Fragment) != 0)
        {
            return false;
        }

        byte protocol = ip[9];
        int total = BinaryPrimitives.ReverseEndianness(*(ushort*)(ip + 2));
        if (total > available || !IsCommonTransport(ip + Ipv4Header.MinLengthBytes, total - Ipv4Header.MinLengthBytes, protocol, ref row.Marks))
        {
            return false;
        }

        row.Address0 = *(ulong*)(ip + 12);
        row.Address1 = 0;
        row.Address2 = 0;
        row.Address3 = 0;
        return TryFinish(*(uint*)(ip + Ipv4Header.MinLengthBytes), protocol, Ipv4Header.VersionNumber, ingressPort, ref row);
    }

    private static bool TryReadIpv6(byte* ip, int available, ushort ingressPort, ref FlowTuple row)
    {
        if (available < Ipv6Header.LengthBytes + UdpHeader.LengthBytes || ip[0] >> 4 != Ipv6Header.VersionNumber)
        {
            return false;
        }

        byte protocol = ip[6];
        int payload = BinaryPrimitives.ReverseEndianness(*(ushort*)(ip + 4));
        if (payload > available - Ipv6Header.LengthBytes || !IsCommonTransport(ip + Ipv6Header.LengthBytes, payload, protocol, ref row.Marks))
        {
            return false;
        }

        row.Address0 = *(ulong*)(ip + 8);
        row.Address1 = *(ulong*)(ip + 16);
        row.Address2 = *(ulong*)(ip + 24);
        row.Address3 = *(ulong*)(ip + 32);
        return TryFinish(*(uint*)(ip + Ipv6Header.LengthBytes), protocol, Ipv6Header.VersionNumber, ingressPort, ref row);
    }

    // Whole headers only, so that flags are there to be read.
    private static bool IsCommonTransport(byte* transport, int length, byte protocol, ref FlowMarks marks)
    {
        if (protocol == IpProtocol.Tcp)
        {
            if (length < TcpHeader.MinLengthBytes)
            {
                return false;
            }

            marks = TcpHeader.IsOpening(transport[TcpHeader.FlagsOffset]) ? FlowMarks.OpensConnection : FlowMarks.None;
            return true;
        }

        return protocol == IpProtocol.Udp && length >= UdpHeader.LengthBytes;
    }

    // DHCP never enters a chain: the full parser knows.
    private static bool TryFinish(uint ports, byte protocol, byte version, ushort ingressPort, ref FlowTuple row)
    {
        if (protocol == IpProtocol.Udp && (MayBeDhcp((ushort)ports) || MayBeDhcp((ushort)(ports >> 16))))
        {
            row.Marks = FlowMarks.None;
            return false;
        }

        row.Tail = ports | ((ulong)protocol << 32) | ((ulong)version << 40) | ((ulong)ingressPort << 48);
        row.ServicePath = 0;
        row.Marks |= FlowMarks.HasKey | FlowMarks.IsCommon | FlowMarks.IsUnread;
        return true;
    }

    private static bool MayBeDhcp(ushort turned) => BinaryPrimitives.ReverseEndianness(turned) is 67 or 68 or 546 or 547;
}
