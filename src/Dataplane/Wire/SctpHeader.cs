using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                       Verification tag                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                       Checksum (CRC32c)                       |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an SCTP common header (RFC 9260, section 3.1).</summary>
/// <remarks>
/// The checksum is a CRC32c over header and chunks without a pseudo-header: rewriting addresses leaves it valid, and
/// <see cref="InternetChecksum"/> has nothing to do with it.
/// </remarks>
public readonly ref struct SctpHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private SctpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Verification tag.</summary>
    public uint VerificationTag => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Checksum as received, the first byte on the wire highest; not verified.</summary>
    public uint Checksum => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SctpHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new SctpHeader(bytes[..LengthBytes]);
        return true;
    }
}
