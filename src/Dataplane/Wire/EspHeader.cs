using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                Security parameters index (SPI)                |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                        Sequence number                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over the clear part of an IPsec encapsulating security payload (RFC 4303, section 2).</summary>
public readonly ref struct EspHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private EspHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Which security association. No relation to the service path identifier.</summary>
    public uint SecurityParametersIndex => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    /// <summary>Sequence number.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EspHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new EspHeader(bytes[..LengthBytes]);
        return true;
    }
}
