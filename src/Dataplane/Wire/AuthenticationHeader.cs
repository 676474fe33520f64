using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Next header  |    Length     |           Reserved            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                Security parameters index (SPI)                |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                        Sequence number                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  ~                    Integrity check value                      ~
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an IPsec authentication header (RFC 4302, section 2).</summary>
/// <remarks>It signs the addresses, so a packet that carries one must not have them rewritten.</remarks>
public readonly ref struct AuthenticationHeader
{
    /// <summary>Bytes of a header without integrity check value.</summary>
    public const int MinLengthBytes = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private AuthenticationHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Kind of the header that follows; see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader => _bytes[0];

    /// <summary>Bytes of this header, 12 to 1028, a multiple of 4.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>Which security association. No relation to the service path identifier.</summary>
    public uint SecurityParametersIndex => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Sequence number.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>Takes a view of the whole header; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the header is shorter than 12 bytes or reaches past the bytes at hand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AuthenticationHeader header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            // The length counts four-byte words and leaves out two of them (RFC 4302, section 2.2).
            int length = (bytes[1] + 2) * 4;
            if (length >= MinLengthBytes && length <= bytes.Length)
            {
                header = new AuthenticationHeader(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }
}
