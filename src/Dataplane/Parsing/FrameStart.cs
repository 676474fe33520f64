namespace NetworkingSfc.Dataplane.Parsing;

/// <summary>What the first byte handed to the parser belongs to.</summary>
public enum FrameStart : byte
{
    /// <summary>A carrier the parser does not enter: every frame is <see cref="ParseStatus.NoIp"/>.</summary>
    Unsupported,

    /// <summary>An Ethernet header (IEEE 802.3), perhaps followed by VLAN tags.</summary>
    Ethernet,

    /// <summary>An IPv4 or IPv6 header, told apart by the version nibble.</summary>
    RawIp,

    /// <summary>An IPv4 header.</summary>
    Ipv4,

    /// <summary>An IPv6 header.</summary>
    Ipv6,

    /// <summary>A four-byte BSD address family number, in either byte order.</summary>
    Loopback,

    /// <summary>A Linux cooked header, version 1 (16 bytes).</summary>
    LinuxCooked,

    /// <summary>A Linux cooked header, version 2 (20 bytes).</summary>
    LinuxCookedV2,
}
