using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Ports.Offload;

//   byte 0      flags
//   byte 1      segment kind
//   byte 2-3    bytes of all headers
//   byte 4-5    payload bytes of a segment
//   byte 6-7    where the checksum starts
//   byte 8-9    where it is written, from there

/// <summary>
/// What the kernel says is still to be done to a frame: <c>struct virtio_net_hdr</c> in little-endian order (virtio 1.2,
/// section 5.1.6), before frames of a TAP and of a packet socket that asked for it.
/// </summary>
/// <param name="Flags">Bits; see <see cref="NeedsChecksum"/>.</param>
/// <param name="SegmentKind">What the frame is to be cut into, with <see cref="CongestionBit"/>; 0 for a frame as it is.</param>
/// <param name="SegmentBytes">Payload bytes of each segment but the last.</param>
/// <param name="ChecksumStart">Offset in the frame of the first byte that the checksum covers.</param>
/// <param name="ChecksumOffset">Offset of the checksum from there.</param>
internal readonly record struct VirtioNetHeader(
    byte Flags, byte SegmentKind, ushort SegmentBytes, ushort ChecksumStart, ushort ChecksumOffset)
{
    /// <summary>Bytes of the header where buffers are not merged.</summary>
    public const int LengthBytes = 10;

    /// <summary>A segment kind: TCP over IPv4.</summary>
    public const byte TcpOverIpv4 = 1;

    /// <summary>A segment kind: TCP over IPv6.</summary>
    public const byte TcpOverIpv6 = 4;

    /// <summary>A segment kind: UDP datagrams, each with its own header.</summary>
    public const byte UdpDatagrams = 5;

    /// <summary>In the segment kind: the TCP header may have CWR set.</summary>
    public const byte CongestionBit = 0x80;

    private const byte NeedsChecksumFlag = 1;

    /// <summary>
    /// The checksum field holds the folded sum of the pseudo-header; the sum from <see cref="ChecksumStart"/> to the end of
    /// the frame is to be added and complemented.
    /// </summary>
    public bool NeedsChecksum => (Flags & NeedsChecksumFlag) != 0;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least <see cref="LengthBytes"/> bytes.</param>
    public static VirtioNetHeader Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0],
        bytes[1],
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));

    /// <summary>The same frame with a VLAN tag put in before what the checksum covers.</summary>
    /// <param name="tagBytes">Bytes put in.</param>
    public VirtioNetHeader Shifted(int tagBytes) => this with { ChecksumStart = (ushort)(ChecksumStart + tagBytes) };
}
