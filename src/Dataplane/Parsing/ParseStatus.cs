namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>How far the parser came with a frame. Only <see cref="Ok"/> means that there is a five-tuple.</summary>
/// <remarks>
/// Whether the addresses could be read is a separate question, answered by <see cref="PacketHeaders.IpVersion"/>: a
/// packet whose transport header is cut off still has a destination address.
/// </remarks>
public enum ParseStatus : byte
{
    /// <summary>
    /// Five-tuple found: addresses and protocol, and ports where the protocol has them. A later fragment is Ok without
    /// ports.
    /// </summary>
    Ok,

    /// <summary>A frame that carries no IP, or carries it behind something that is not entered (NSH, PPPoE, tunnels).</summary>
    NoIp,

    /// <summary>The bytes end within the Ethernet header (or the header <see cref="FrameStart"/> names).</summary>
    TruncatedLink,

    /// <summary>The bytes end within a VLAN tag, an LLC or SNAP header or an MPLS label stack.</summary>
    TruncatedCarrier,

    /// <summary>The bytes end within the IPv4 header. The addresses are reported when only options are cut off.</summary>
    TruncatedIpv4,

    /// <summary>The IPv4 version nibble is not 4 or the header length is under 20. No address is reported.</summary>
    BadIpv4Header,

    /// <summary>The IPv4 total length is shorter than the header and not 0. No address is reported.</summary>
    BadIpv4Length,

    /// <summary>The bytes end within the IPv6 header. No address is reported.</summary>
    TruncatedIpv6,

    /// <summary>The IPv6 version nibble is not 6. No address is reported.</summary>
    BadIpv6Header,

    /// <summary>The bytes, or the length the IPv6 header declares, end within an extension header. The addresses are reported.</summary>
    TruncatedExtensionHeader,

    /// <summary>Payload length 0 with a hop-by-hop header that has no jumbo payload option (RFC 2675, section 3).</summary>
    BadExtensionHeader,

    /// <summary>
    /// The bytes, or the length the IP header declares, end within the ports of TCP, UDP, UDP-Lite or DCCP, or within
    /// the common header of SCTP. The addresses are reported.
    /// </summary>
    TruncatedTransport,
}
