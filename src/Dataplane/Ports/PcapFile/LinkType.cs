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

    /// <summary>D-Bus messages; the one link type whose packets may be larger than <see cref="MaximumPacketLength"/> elsewhere.</summary>
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
    public static int ToEncap(int linkType) => linkType switch
    {
        0 => 15, 1 => 1, 2 => 184, 3 => 148, 6 => 2, 7 => 8, 8 => 3, 9 => 4, 10 => 6, 11 => 10, 12 => 7,
        13 => 38, 14 => 7, 16 => 11, 18 => 11, 19 => 11, 32 => 69, 50 => 4, 51 => 139, 99 => 61, 100 => 10,
        101 => 7, 104 => 28, 105 => 20, 106 => 11, 107 => 26, 108 => 174, 109 => 38, 112 => 28, 113 => 25,
        114 => 30, 117 => 39, 118 => 29, 119 => 21, 121 => 32, 122 => 18, 123 => 13, 127 => 23, 128 => 37,
        129 => 9, 130 => 81, 131 => 82, 133 => 87, 135 => 68, 136 => 151, 137 => 67, 138 => 62, 139 => 75,
        140 => 42, 141 => 43, 142 => 101, 143 => 33, 144 => 44, 147 => 45, 148 => 46, 149 => 47, 150 => 48,
        151 => 49, 152 => 50, 153 => 51, 154 => 52, 155 => 53, 156 => 54, 157 => 55, 158 => 56, 159 => 57,
        160 => 58, 161 => 59, 162 => 60, 163 => 24, 165 => 63, 167 => 76, 169 => 66, 170 => 178, 171 => 179,
        172 => 77, 173 => 78, 177 => 88, 178 => 83, 179 => 84, 180 => 85, 181 => 86, 183 => 91, 184 => 181,
        186 => 92, 187 => 41, 188 => 93, 189 => 95, 190 => 109, 192 => 97, 195 => 104, 196 => 100, 197 => 98,
        199 => 103, 200 => 197, 201 => 99, 202 => 147, 203 => 131, 204 => 19, 209 => 112, 210 => 106,
        211 => 108, 212 => 107, 213 => 111, 214 => 105, 215 => 113, 220 => 115, 224 => 121, 225 => 122,
        226 => 124, 227 => 125, 228 => 129, 229 => 130, 230 => 127, 231 => 146, 235 => 132, 236 => 133,
        237 => 157, 239 => 141, 240 => 135, 241 => 136, 242 => 180, 243 => 138, 245 => 140, 248 => 149,
        249 => 152, 250 => 153, 251 => 154, 252 => 155, 253 => 158, 254 => 159, 255 => 160, 256 => 161,
        258 => 171, 259 => 172, 260 => 173, 264 => 177, 266 => 182, 268 => 36, 270 => 183, 271 => 185,
        272 => 186, 273 => 199, 274 => 198, 275 => 200, 276 => 210, 279 => 204, 280 => 205, 283 => 206,
        287 => 211, 288 => 208, 290 => 212, 292 => 214, 293 => 215, 294 => 216, 295 => 217,
        _ => UnknownEncap,
    };
}
