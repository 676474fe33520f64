using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>What <see cref="PacketParser"/> found in one frame: where each header starts, and the five-tuple.</summary>
/// <remarks>
/// A plain row of numbers in host order, no references. Offsets are in bytes from the first byte handed to the parser.
/// A field that does not apply is zero; the comment of each field says when it applies.
/// </remarks>
public struct PacketHeaders
{
    /// <summary>Upper half of an IPv6 source address; 0 for IPv4.</summary>
    public ulong SourceHigh;

    /// <summary>Lower half of an IPv6 source address, or the IPv4 source address.</summary>
    public ulong SourceLow;

    /// <summary>Upper half of an IPv6 destination address; 0 for IPv4.</summary>
    public ulong DestinationHigh;

    /// <summary>Lower half of an IPv6 destination address, or the IPv4 destination address.</summary>
    public ulong DestinationLow;

    /// <summary>
    /// Offset of what follows the link header and all VLAN tags: where an MPLS label would be inserted, where the first
    /// label or the NSH stands, where LLC or IP starts. Valid unless the status is <see cref="ParseStatus.TruncatedLink"/>
    /// or <see cref="ParseStatus.TruncatedCarrier"/>.
    /// </summary>
    public int LinkHeaderLength;

    /// <summary>Offset of the first MPLS label entry, when <see cref="MplsDepth"/> is not 0.</summary>
    public int MplsOffset;

    /// <summary>Offset of the IP header, when <see cref="IpVersion"/> is not 0.</summary>
    public int IpOffset;

    /// <summary>Bytes of the IP header with IPv4 options or IPv6 extension headers, when <see cref="IpVersion"/> is not 0.</summary>
    public int IpHeaderLength;

    /// <summary>Bytes from <see cref="IpOffset"/> to the end of the packet as the IP header declares them; may exceed the frame.</summary>
    public int IpDeclaredLength;

    /// <summary>Offset of the first byte after the IP packet: declared length, cut to the frame.</summary>
    public int IpEnd;

    /// <summary>Offset of the transport header (in a later fragment: of its data), when the status is Ok.</summary>
    public int TransportOffset;

    /// <summary>Identification that all fragments of the packet share, when it is a fragment; IPv4 in the low 16 bits.</summary>
    public uint Identification;

    /// <summary>EtherType after all VLAN tags, or the length field of an LLC frame; 0 when the link header has none.</summary>
    public ushort EtherType;

    /// <summary>Source port, when <see cref="HasPorts"/>.</summary>
    public ushort SourcePort;

    /// <summary>Destination port, when <see cref="HasPorts"/>.</summary>
    public ushort DestinationPort;

    /// <summary>Fragment offset in units of 8 bytes, 0 to 8191.</summary>
    public ushort FragmentOffset;

    /// <summary>VLAN tags of either kind before the payload.</summary>
    public byte VlanCount;

    /// <summary>Entries of the MPLS label stack, at most 255; 0 when there is none.</summary>
    public byte MplsDepth;

    /// <summary>4 or 6 when addresses were read, otherwise 0.</summary>
    public byte IpVersion;

    /// <summary>IPv4 protocol, or the next header left after the IPv6 extension headers; see <see cref="IpProtocol"/>.</summary>
    public byte Protocol;

    /// <summary>True for an LLC or SNAP frame: its link header holds a length and no EtherType.</summary>
    public bool IsLlc;

    /// <summary>True when the IP header says that more fragments follow.</summary>
    public bool MoreFragments;

    /// <summary>True when the ports were read.</summary>
    public bool HasPorts;

    /// <summary>True when the frame carries an NSH at <see cref="LinkHeaderLength"/>.</summary>
    public readonly bool IsNsh => EtherType == Wire.EtherType.Nsh;

    /// <summary>True for every fragment but the first: it has no transport header.</summary>
    public readonly bool IsLaterFragment => FragmentOffset != 0;

    /// <summary>The source address as one number; IPv4 in the low 32 bits.</summary>
    public readonly UInt128 SourceAddress => new(SourceHigh, SourceLow);

    /// <summary>The destination address as one number; IPv4 in the low 32 bits.</summary>
    public readonly UInt128 DestinationAddress => new(DestinationHigh, DestinationLow);
}
