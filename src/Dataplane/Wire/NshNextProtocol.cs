namespace NetworkingSfc.Dataplane.Wire;

/// <summary>Values of the NSH next protocol field, 8 bits (RFC 8300, section 2.2).</summary>
public static class NshNextProtocol
{
    /// <summary>IPv4.</summary>
    public const byte Ipv4 = 1;

    /// <summary>IPv6.</summary>
    public const byte Ipv6 = 2;

    /// <summary>Ethernet: a whole inner frame without frame check sequence.</summary>
    public const byte Ethernet = 3;

    /// <summary>Another NSH.</summary>
    public const byte Nsh = 4;

    /// <summary>An MPLS label stack.</summary>
    public const byte Mpls = 5;
}
