namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>Protocol of a flow classifier. Null stands for any.</summary>
public enum FlowProtocol
{
    /// <summary><c>icmp</c>; with IPv6 it means ICMPv6.</summary>
    Icmp,

    /// <summary><c>tcp</c></summary>
    Tcp,

    /// <summary><c>udp</c></summary>
    Udp,
}
