using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Data offset  | CCVal | CsCov |           Checksum            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  | Res | Type  |X| Sequence number, 24 bits, or 8 reserved bits and 48
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a DCCP generic header with its options (RFC 4340, section 5.1).</summary>
public readonly ref struct DccpHeader
{
    /// <summary>Bytes of the header with a short sequence number and no options.</summary>
    public const int MinLengthBytes = 12;

    private const int DataOffsetOffset = 4;
    private const int CoverageOffset = 5;
    private const int ChecksumOffset = 6;
    private const int TypeOffset = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private DccpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Bytes of the header with options, 12 to 1020.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>
    /// Checksum coverage field, 0 to 15: 0 covers everything, n covers the header and (n - 1) words of payload
    /// (RFC 4340, section 9.2). Ports are always covered.
    /// </summary>
    public int ChecksumCoverage => _bytes[CoverageOffset] & 0xf;

    /// <summary>Checksum as received; not verified.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>Packet type, 0 to 15.</summary>
    public int Type => (_bytes[TypeOffset] >> 1) & 0xf;

    /// <summary>True when sequence numbers have 48 bits.</summary>
    public bool HasExtendedSequence => (_bytes[TypeOffset] & 1) != 0;

    /// <summary>Takes a view of header and options; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the data offset is under 12 bytes or reaches past the bytes at hand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DccpHeader header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            int length = bytes[DataOffsetOffset] * 4;
            if (length >= MinLengthBytes && length <= bytes.Length)
            {
                header = new DccpHeader(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>Rewrites the checksum.</summary>
    /// <param name="headerBytes">At least 8 bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
