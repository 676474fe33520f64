using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                      Destination address                      |
//  +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                               |                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//  |                        Source address                         |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |        EtherType or length    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an Ethernet header (IEEE 802.3, 3.1.1), without preamble and frame check sequence.</summary>
public readonly ref struct EthernetHeader
{
    /// <summary>Bytes of the header, tags not counted.</summary>
    public const int LengthBytes = 14;

    /// <summary>Offset of the type/length field, in bytes.</summary>
    public const int TypeOffset = 12;

    private const int SourceOffset = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The address the frame is for.</summary>
    public MacAddress Destination => MacAddress.Read(_bytes);

    /// <summary>The address of the sender.</summary>
    public MacAddress Source => MacAddress.Read(_bytes[SourceOffset..]);

    /// <summary>EtherType, or the length of an LLC frame when at most <see cref="Wire.EtherType.MaxLength"/>.</summary>
    public ushort EtherType => BinaryPrimitives.ReadUInt16BigEndian(_bytes[TypeOffset..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EthernetHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new EthernetHeader(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Writes a whole header.</summary>
    /// <param name="destinationBytes">At least <see cref="LengthBytes"/> bytes.</param>
    /// <param name="destination">The address the frame is for.</param>
    /// <param name="source">The address of the sender.</param>
    /// <param name="etherType">EtherType or length, host order.</param>
    public static void Write(Span<byte> destinationBytes, MacAddress destination, MacAddress source, ushort etherType)
    {
        SetAddresses(destinationBytes, destination, source);
        SetEtherType(destinationBytes, etherType);
    }

    /// <summary>Rewrites both addresses and leaves the type alone.</summary>
    /// <param name="headerBytes">At least 12 bytes that begin with the header.</param>
    /// <param name="destination">The address the frame is for.</param>
    /// <param name="source">The address of the sender.</param>
    public static void SetAddresses(Span<byte> headerBytes, MacAddress destination, MacAddress source)
    {
        destination.Write(headerBytes);
        source.Write(headerBytes[SourceOffset..]);
    }

    /// <summary>Rewrites the destination address.</summary>
    /// <param name="headerBytes">At least 6 bytes that begin with the header.</param>
    /// <param name="destination">The address the frame is for.</param>
    public static void SetDestination(Span<byte> headerBytes, MacAddress destination) => destination.Write(headerBytes);

    /// <summary>Rewrites the type/length field. In a tagged frame that is the tag protocol identifier of the first tag.</summary>
    /// <param name="headerBytes">At least <see cref="LengthBytes"/> bytes that begin with the header.</param>
    /// <param name="etherType">EtherType or length, host order.</param>
    public static void SetEtherType(Span<byte> headerBytes, ushort etherType) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[TypeOffset..], etherType);
}
