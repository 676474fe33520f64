namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>A header field that the members of a group are chosen by.</summary>
public enum LbField
{
    /// <summary><c>eth_src</c></summary>
    EthernetSource,

    /// <summary><c>eth_dst</c></summary>
    EthernetDestination,

    /// <summary><c>ip_src</c></summary>
    IpSource,

    /// <summary><c>ip_dst</c></summary>
    IpDestination,

    /// <summary><c>tcp_src</c></summary>
    TcpSource,

    /// <summary><c>tcp_dst</c></summary>
    TcpDestination,

    /// <summary><c>udp_src</c></summary>
    UdpSource,

    /// <summary><c>udp_dst</c></summary>
    UdpDestination,
}
