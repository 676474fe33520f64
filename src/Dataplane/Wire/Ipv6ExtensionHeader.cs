namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Next header  |    Length     |                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//  ~        options, or routing type, segments left and data       ~
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>
/// Checked view over a hop-by-hop options, destination options or routing header: the extension headers whose length
/// counts eight-byte units after the first (RFC 8200, sections 4.3, 4.4 and 4.6).
/// </summary>
public readonly ref struct Ipv6ExtensionHeader
{
    /// <summary>Bytes of the shortest header.</summary>
    public const int MinLengthBytes = 8;

    /// <summary>Bytes of the fields all kinds share: next header and length.</summary>
    public const int LengthFieldEnd = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6ExtensionHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Kind of the header that follows; see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader => _bytes[0];

    /// <summary>Bytes of this header, 8 to 2048, a multiple of 8.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>What follows the length byte: options, or the routing type and its data.</summary>
    public ReadOnlySpan<byte> Content => _bytes[LengthFieldEnd..];

    /// <summary>Takes a view of the whole header; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the header reaches past the bytes at hand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv6ExtensionHeader header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            int length = (bytes[1] + 1) * 8;
            if (length <= bytes.Length)
            {
                header = new Ipv6ExtensionHeader(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }
}
