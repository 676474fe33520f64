namespace NetworkingSfc.Dataplane.LoadBalancing;

/// <summary>
/// The fields of a frame that choose the member, the <c>lb_fields</c> of a port pair group.
/// <see cref="FiveTuple"/> (nothing named) means all five fields of the inner packet.
/// </summary>
[Flags]
public enum HashFields
{
    /// <summary>Addresses, protocol and ports, whatever the transport.</summary>
    FiveTuple = 0,

    /// <summary>Source MAC address of the frame without NSH.</summary>
    EthSrc = 1 << 0,

    /// <summary>Destination MAC address of the frame without NSH.</summary>
    EthDst = 1 << 1,

    /// <summary>Source address, IPv4 or IPv6.</summary>
    IpSrc = 1 << 2,

    /// <summary>Destination address, IPv4 or IPv6.</summary>
    IpDst = 1 << 3,

    /// <summary>Source port of a TCP segment; 0 for other packets.</summary>
    TcpSrc = 1 << 4,

    /// <summary>Destination port of a TCP segment; 0 for other packets.</summary>
    TcpDst = 1 << 5,

    /// <summary>Source port of a UDP datagram; 0 for other packets.</summary>
    UdpSrc = 1 << 6,

    /// <summary>Destination port of a UDP datagram; 0 for other packets.</summary>
    UdpDst = 1 << 7,
}
