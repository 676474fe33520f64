namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// Link types (LINKTYPE_ numbers of the tcpdump registry) that the forwarder names, and what tshark calls each.
/// </summary>
public static class LinkType
{
    /// <summary>BSD loopback: a protocol family of four bytes in the writer's byte order.</summary>
    public const int Null = 0;

    /// <summary>Ethernet II and IEEE 802.3.</summary>
    public const int Ethernet = 1;

    /// <summary>An IPv4 or IPv6 packet and nothing before it.</summary>
    public const int RawIp = 101;

    /// <summary>Linux cooked capture, version 1.</summary>
    public const int LinuxCooked = 113;

    /// <summary>D-Bus messages: the one link type with larger packets, see <see cref="MaximumPacketLength"/>.</summary>
    public const int Dbus = 231;

    /// <summary>An IPv4 packet and nothing before it.</summary>
    public const int RawIpv4 = 228;

    /// <summary>An IPv6 packet and nothing before it.</summary>
    public const int RawIpv6 = 229;

    /// <summary>Linux cooked capture, version 2.</summary>
    public const int LinuxCooked2 = 276;

    /// <summary>The encapsulation number of a link type tshark does not know.</summary>
    public const int UnknownEncap = 0;

    private const int OrdinaryMaximum = 262_144;
    private const int DbusMaximum = 128 * 1024 * 1024;

    // Ten link types a row, from the number behind it.
    private static ReadOnlySpan<byte> Encaps =>
    [
        15, 1, 184, 148, 0, 0, 2, 8, 3, 4, // 0
        6, 10, 7, 38, 7, 0, 11, 0, 11, 11, // 10
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 20
        0, 0, 69, 0, 0, 0, 0, 0, 0, 0, // 30
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 40
        4, 139, 0, 0, 0, 0, 0, 0, 0, 0, // 50
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 60
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 70
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 80
        0, 0, 0, 0, 0, 0, 0, 0, 0, 61, // 90
        10, 7, 0, 0, 28, 20, 11, 26, 174, 38, // 100
        0, 0, 28, 25, 30, 0, 0, 39, 29, 21, // 110
        0, 32, 18, 13, 0, 0, 0, 23, 37, 9, // 120
        81, 82, 0, 87, 0, 68, 151, 67, 62, 75, // 130
        42, 43, 101, 33, 44, 0, 0, 45, 46, 47, // 140
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, // 150
        58, 59, 60, 24, 0, 63, 0, 76, 0, 66, // 160
        178, 179, 77, 78, 0, 0, 0, 88, 83, 84, // 170
        85, 86, 0, 91, 181, 0, 92, 41, 93, 95, // 180
        109, 0, 97, 0, 0, 104, 100, 98, 0, 103, // 190
        197, 99, 147, 131, 19, 0, 0, 0, 0, 112, // 200
        106, 108, 107, 111, 105, 113, 0, 0, 0, 0, // 210
        115, 0, 0, 0, 121, 122, 124, 125, 129, 130, // 220
        127, 146, 0, 0, 0, 132, 133, 157, 0, 141, // 230
        135, 136, 180, 138, 0, 140, 0, 0, 149, 152, // 240
        153, 154, 155, 158, 159, 160, 161, 0, 171, 172, // 250
        173, 0, 0, 0, 177, 0, 182, 0, 36, 0, // 260
        183, 185, 186, 199, 198, 200, 210, 0, 0, 204, // 270
        205, 0, 0, 206, 0, 0, 0, 211, 208, 0, // 280
        212, 0, 214, 215, 216, 217, // 290
    ];

    /// <summary>
    /// Most bytes a packet of this link type may have in a file: 262,144, or 134,217,728 for D-Bus. More is taken
    /// for damage, as libpcap and tshark do.
    /// </summary>
    public static int MaximumPacketLength(int linkType) => linkType == Dbus ? DbusMaximum : OrdinaryMaximum;

    /// <summary>
    /// The number tshark gives as <c>frame.encap_type</c> for a packet of this link type, or
    /// <see cref="UnknownEncap"/>.
    /// </summary>
    /// <remarks>
    /// Observed: one file of each link type was written and read with tshark 4.0.17. The numbers are stable between
    /// its versions; later ones only add to them.
    /// </remarks>
    /// <param name="linkType">Link type without the FCS bits of a classic pcap header.</param>
    public static int ToEncap(int linkType) =>
        (uint)linkType < (uint)Encaps.Length ? Encaps[linkType] : UnknownEncap;
}
