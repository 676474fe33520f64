namespace NetworkingSfc.Dataplane.Wire;

/// <summary>
/// IPv4 protocol and IPv6 next header values the dataplane tells apart (IANA "Assigned Internet Protocol Numbers").
/// </summary>
public static class IpProtocol
{
    /// <summary>IPv6 hop-by-hop options (RFC 8200, section 4.3).</summary>
    public const byte HopByHopOptions = 0;

    /// <summary>ICMP (RFC 792).</summary>
    public const byte Icmp = 1;

    /// <summary>TCP (RFC 9293).</summary>
    public const byte Tcp = 6;

    /// <summary>UDP (RFC 768).</summary>
    public const byte Udp = 17;

    /// <summary>DCCP (RFC 4340).</summary>
    public const byte Dccp = 33;

    /// <summary>IPv6 routing header (RFC 8200, section 4.4).</summary>
    public const byte Routing = 43;

    /// <summary>IPv6 fragment header (RFC 8200, section 4.5).</summary>
    public const byte Fragment = 44;

    /// <summary>Encapsulating security payload (RFC 4303).</summary>
    public const byte Esp = 50;

    /// <summary>Authentication header (RFC 4302).</summary>
    public const byte AuthenticationHeader = 51;

    /// <summary>ICMPv6 (RFC 4443).</summary>
    public const byte Icmpv6 = 58;

    /// <summary>No next header (RFC 8200, section 4.7).</summary>
    public const byte NoNextHeader = 59;

    /// <summary>IPv6 destination options (RFC 8200, section 4.6).</summary>
    public const byte DestinationOptions = 60;

    /// <summary>SCTP (RFC 9260).</summary>
    public const byte Sctp = 132;

    /// <summary>UDP-Lite (RFC 3828).</summary>
    public const byte UdpLite = 136;
}
