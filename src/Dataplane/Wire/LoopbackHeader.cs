using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |       Address family, byte order of the capturing host        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>The header of BSD loopback captures, LINKTYPE_NULL (tcpdump.org link types, DLT_NULL).</summary>
/// <remarks>
/// The byte order is not recorded and has to be told from the value. Two more habits are known: IRIX and UNICOS put a
/// 16-bit family and two zero bytes, and old Linux captures two zero bytes and an EtherType.
/// </remarks>
public readonly record struct LoopbackHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 4;

    private const uint Ipv4Family = 2;
    private const uint BsdIpv6Family = 24;
    private const uint FreeBsdIpv6Family = 28;
    private const uint DarwinIpv6Family = 30;
    private const ushort PppAddressAndControl = 0xff03;

    private LoopbackHeader(ushort etherType) => EtherType = etherType;

    /// <summary>The EtherType that says the same as the family; 0 when the family is not IP.</summary>
    public ushort EtherType { get; }

    /// <summary>Reads the header at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The header, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LoopbackHeader header)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out uint word))
        {
            header = default;
            return false;
        }

        // Some drivers put PPP in HDLC framing here; that is another carrier (RFC 1662, section 3.1).
        bool isPpp = BinaryPrimitives.ReadUInt16BigEndian(bytes) == PppAddressAndControl;
        header = new LoopbackHeader(isPpp ? (ushort)0 : ToEtherType(Normalize(word)));
        return true;
    }

    /// <summary>Undoes the byte order: families are small numbers, so the place of the zero bytes tells.</summary>
    private static uint Normalize(uint word)
    {
        if ((word & 0xffff0000) != 0)
        {
            bool isShortFamily = (word & 0xff000000) == 0 && (word & 0x00ff0000) < 0x00060000;
            return isShortFamily ? word >> 16 : BinaryPrimitives.ReverseEndianness(word);
        }

        bool isSwappedShortFamily = (word & 0xff) == 0 && (word & 0xff00) < 0x0600;
        return isSwappedShortFamily ? BinaryPrimitives.ReverseEndianness((ushort)word) : word;
    }

    private static ushort ToEtherType(uint value) => value switch
    {
        Ipv4Family => Wire.EtherType.Ipv4,
        BsdIpv6Family or FreeBsdIpv6Family or DarwinIpv6Family => Wire.EtherType.Ipv6,
        > Wire.EtherType.MaxLength => (ushort)value,
        _ => 0,
    };
}
