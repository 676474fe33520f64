using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.PcapFile;

/// <summary>
/// The file header of a classic pcap file (draft-ietf-opsawg-pcap, section 4).
/// <code>
///  0: magic (4)           fixes byte order, and with it the fraction unit or a variant
///  4: major (2) minor (2)
///  8: reserved (8)
/// 16: snapshot length (4)
/// 20: FCS length in 16-bit units (4 bits), 0, FCS present (1 bit), 0 (10 bits), link type (16 bits)
/// </code>
/// </summary>
internal readonly struct ClassicPcapHeader
{
    /// <summary>Bytes of the header, without the four that Ixia adds.</summary>
    public const int Length = 24;

    private const uint Microseconds = 0xa1b2c3d4;
    private const uint Nanoseconds = 0xa1b23c4d;
    private const uint Modified = 0xa1b2cd34;
    private const uint IxiaHardware = 0x1c0001ac;
    private const uint IxiaSoftware = 0x1c0001ab;

    private ClassicPcapHeader(uint magic, bool bigEndian)
    {
        ByteOrder = new ByteOrder(bigEndian);
        IsNanoseconds = magic is Nanoseconds or IxiaHardware;
        HasIxiaTrailer = magic is IxiaHardware or IxiaSoftware;
        IsModified = magic is Modified;
        IsPlain = magic is Microseconds;
    }

    public ByteOrder ByteOrder { get; }

    /// <summary>True for the one magic number that standard, modified and Nokia files share.</summary>
    public bool IsPlain { get; }

    /// <summary>True for the magic number of the modified layouts alone.</summary>
    public bool IsModified { get; }

    /// <summary>True when four more bytes, the size of all records, follow the header.</summary>
    public bool HasIxiaTrailer { get; }

    /// <summary>True when the fraction of a timestamp counts nanoseconds and not microseconds.</summary>
    public bool IsNanoseconds { get; init; }

    public int Major { get; private init; }

    public int Minor { get; private init; }

    public uint SnapshotLength { get; private init; }

    public int LinkType { get; init; }

    /// <summary>Bits that the file header reserves and that must be zero.</summary>
    public uint Reserved { get; private init; }

    /// <summary>Bits of frame check sequence, or -1 when the file does not say.</summary>
    public int FcsLengthBits { get; private init; }

    /// <summary>True for the AIX variant: link types are interface types (RFC 1573) and fractions nanoseconds.</summary>
    public bool IsAix { get; init; }

    /// <summary>True when these four bytes begin a classic pcap file.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> first) =>
        IsKnown(BinaryPrimitives.ReadUInt32LittleEndian(first)) || IsKnown(BinaryPrimitives.ReadUInt32BigEndian(first));

    /// <summary>Reads the header from at least <see cref="Length"/> bytes for which <see cref="IsMagic"/> is true.</summary>
    public static ClassicPcapHeader Read(ReadOnlySpan<byte> bytes)
    {
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bool bigEndian = !IsKnown(magic);
        ByteOrder order = new(bigEndian);
        uint network = order.UInt32(bytes[20..]);
        ClassicPcapHeader header = new(bigEndian ? BinaryPrimitives.ReverseEndianness(magic) : magic, bigEndian)
        {
            Major = order.UInt16(bytes[4..]),
            Minor = order.UInt16(bytes[6..]),
            SnapshotLength = order.UInt32(bytes[16..]),
            LinkType = (int)(network & 0xFFFF),
            Reserved = network & 0x03FF_0000,
            FcsLengthBits = (network & 0x0400_0000) != 0 ? (int)(network >> 28) * 16 : -1,
        };

        return header.IsPlain && header is { Major: 2, Minor: 2 } && network <= 0xFFFF ? header.WithAixLinkType() : header;
    }

    /// <summary>Order of the lengths in this file's records.</summary>
    public ClassicPcapLengthOrder LengthOrder => this switch
    {
        { Major: 2, Minor: < 3 } or { Major: 543 } => ClassicPcapLengthOrder.WireFirst,
        { Major: 2, Minor: 3 } => ClassicPcapLengthOrder.SmallerIsCaptured,
        _ => ClassicPcapLengthOrder.CapturedFirst,
    };

    /// <summary>The two lengths of a record of this file, from at least 16 bytes of it.</summary>
    public (uint Captured, uint Wire) ReadLengths(ReadOnlySpan<byte> record)
    {
        uint first = ByteOrder.UInt32(record[8..]);
        uint second = ByteOrder.UInt32(record[12..]);
        return LengthOrder switch
        {
            ClassicPcapLengthOrder.WireFirst => (second, first),
            ClassicPcapLengthOrder.SmallerIsCaptured when first > second => (second, first),
            _ => (first, second),
        };
    }

    private ClassicPcapHeader WithAixLinkType()
    {
        // Version 2.2 was written by AIX and by old libpcaps alike; these numbers name LANs as interface types and
        // are next to unknown as link types of that age.
        int linkType = LinkType switch { 6 => 1, 9 => 6, 15 => 10, 24 => 0, _ => -1 };
        return linkType < 0 ? this : this with { LinkType = linkType, IsAix = true, IsNanoseconds = true };
    }

    private static bool IsKnown(uint magic) =>
        magic is Microseconds or Nanoseconds or Modified or IxiaHardware or IxiaSoftware;
}
