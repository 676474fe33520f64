using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |            Length             |           Checksum            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a UDP header (RFC 768).</summary>
public readonly ref struct UdpHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    private const int TotalLengthOffset = 4;
    private const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Bytes of header and payload as declared; 0 in a jumbogram (RFC 2675, section 4).</summary>
    public ushort TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[TotalLengthOffset..]);

    /// <summary>Checksum; 0 means that none was computed.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UdpHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new UdpHeader(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Writes a whole header.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    /// <param name="sourcePort">Source port, host order.</param>
    /// <param name="destinationPort">Destination port, host order.</param>
    /// <param name="totalLength">Bytes of header and payload.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it, or 0 for none.</param>
    public static void Write(
        Span<byte> destination, ushort sourcePort, ushort destinationPort, ushort totalLength, ushort checksum)
    {
        TransportPorts.SetSource(destination, sourcePort);
        TransportPorts.SetDestination(destination, destinationPort);
        SetTotalLength(destination, totalLength);
        SetChecksum(destination, checksum);
    }

    /// <summary>Rewrites the length; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least <see cref="LengthBytes"/> bytes that begin with the header.</param>
    /// <param name="totalLength">Bytes of header and payload.</param>
    public static void SetTotalLength(Span<byte> headerBytes, ushort totalLength) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[TotalLengthOffset..], totalLength);

    /// <summary>Rewrites the checksum.</summary>
    /// <param name="headerBytes">At least <see cref="LengthBytes"/> bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it, or 0 for none.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
