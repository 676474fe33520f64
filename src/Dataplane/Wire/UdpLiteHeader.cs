using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |       Checksum coverage       |           Checksum            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a UDP-Lite header (RFC 3828, section 3).</summary>
public readonly ref struct UdpLiteHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    private const int CoverageOffset = 4;
    private const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpLiteHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Bytes the checksum covers, from the start of this header; 0 means all, 1 to 7 are illegal.</summary>
    public ushort Coverage => BinaryPrimitives.ReadUInt16BigEndian(_bytes[CoverageOffset..]);

    /// <summary>Checksum over the pseudo-header and the covered bytes; never 0 in a legal packet.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UdpLiteHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new UdpLiteHeader(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Tells how many bytes the checksum covers (RFC 3828, section 3.1).</summary>
    /// <param name="transportLength">Bytes of header and payload, from the IP header.</param>
    /// <param name="coveredLength">8 to <paramref name="transportLength"/>; 0 when the answer is false.</param>
    /// <returns>False when the coverage is illegal: 1 to 7, or more than there is.</returns>
    public bool TryGetCoveredLength(int transportLength, out int coveredLength)
    {
        coveredLength = Coverage == 0 ? transportLength : Coverage;
        if (coveredLength < LengthBytes || coveredLength > transportLength)
        {
            coveredLength = 0;
            return false;
        }

        return true;
    }

    /// <summary>Rewrites the checksum.</summary>
    /// <param name="headerBytes">At least <see cref="LengthBytes"/> bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum.FinishUdp"/> gives it, or one of its updates.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
