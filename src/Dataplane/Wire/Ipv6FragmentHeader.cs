using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Next header  |   Reserved    |     Fragment offset     |Res|M|
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                         Identification                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an IPv6 fragment header (RFC 8200, section 4.5).</summary>
public readonly ref struct Ipv6FragmentHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6FragmentHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Kind of the first header of the fragmented part; see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader => _bytes[0];

    /// <summary>Fragment offset in units of 8 bytes, 0 to 8191.</summary>
    public ushort FragmentOffset => (ushort)(BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]) >> 3);

    /// <summary>True when more fragments follow.</summary>
    public bool MoreFragments => (_bytes[3] & 1) != 0;

    /// <summary>Identification, common to all fragments of a packet.</summary>
    public uint Identification => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv6FragmentHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new Ipv6FragmentHeader(bytes[..LengthBytes]);
        return true;
    }
}
