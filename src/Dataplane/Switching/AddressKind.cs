namespace NetworkingSfc.Dataplane.Switching;

/// <summary>The sorts of address a port is known by.</summary>
internal enum AddressKind : byte
{
    /// <summary>MAC address.</summary>
    Mac,

    /// <summary>IPv4 address.</summary>
    Ipv4,

    /// <summary>IPv6 address.</summary>
    Ipv6,
}
