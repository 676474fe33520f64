namespace NetworkingSfc.Dataplane.Wire;

/// <summary>
/// EtherType values the dataplane tells apart, host order. IEEE 802.3 clause 3.2.6; numbers from the IANA
/// "IEEE 802 Numbers" registry.
/// </summary>
public static class EtherType
{
    /// <summary>Largest value of the type/length field that is a length of an LLC frame (IEEE 802.3, 3.2.6).</summary>
    public const ushort MaxLength = 1500;

    /// <summary>Smallest value that is an EtherType. Values between this and <see cref="MaxLength"/> mean nothing.</summary>
    public const ushort MinType = 0x0600;

    /// <summary>IPv4 (RFC 894).</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>ARP (RFC 826).</summary>
    public const ushort Arp = 0x0806;

    /// <summary>VLAN tag, customer (IEEE 802.1Q).</summary>
    public const ushort VlanTag = 0x8100;

    /// <summary>Outer VLAN tag of equipment older than IEEE 802.1ad.</summary>
    public const ushort OldServiceVlanTag = 0x9100;

    /// <summary>IPv6 (RFC 2464).</summary>
    public const ushort Ipv6 = 0x86dd;

    /// <summary>MPLS, downstream assigned label (RFC 3032, RFC 5332).</summary>
    public const ushort Mpls = 0x8847;

    /// <summary>MPLS, upstream assigned label (RFC 5332).</summary>
    public const ushort MplsUpstream = 0x8848;

    /// <summary>VLAN tag, service (IEEE 802.1ad).</summary>
    public const ushort ServiceVlanTag = 0x88a8;

    /// <summary>Network Service Header (RFC 8300, section 2.2 and IANA).</summary>
    public const ushort Nsh = 0x894f;

    /// <summary>Tells whether a value announces a VLAN tag of any kind.</summary>
    /// <param name="etherType">Host order.</param>
    /// <returns>True when a <see cref="Wire.VlanTag"/> follows.</returns>
    public static bool IsVlanTag(ushort etherType) => etherType is VlanTag or ServiceVlanTag or OldServiceVlanTag;
}
