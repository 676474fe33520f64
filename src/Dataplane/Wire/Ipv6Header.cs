using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |Version| Traffic class |              Flow label               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |        Payload length         |  Next header  |   Hop limit   |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                                                               |
//  ~                  Source address, 16 bytes                     ~
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                                                               |
//  ~                Destination address, 16 bytes                  ~
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an IPv6 header without its extension headers (RFC 8200, section 3).</summary>
public readonly ref struct Ipv6Header
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 40;

    /// <summary>The value of <see cref="Version"/>.</summary>
    public const byte VersionNumber = 6;

    private const int PayloadLengthOffset = 4;
    private const int NextHeaderOffset = 6;
    private const int HopLimitOffset = 7;
    private const int SourceOffset = 8;
    private const int DestinationOffset = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version nibble; the caller decides what to do with anything but <see cref="VersionNumber"/>.</summary>
    public byte Version => (byte)(_bytes[0] >> 4);

    /// <summary>Differentiated services and congestion notification.</summary>
    public byte TrafficClass => (byte)(BinaryPrimitives.ReadUInt32BigEndian(_bytes) >> 20);

    /// <summary>Flow label, 20 bits.</summary>
    public int FlowLabel => (int)(BinaryPrimitives.ReadUInt32BigEndian(_bytes) & 0xfffff);

    /// <summary>Bytes after this header, extension headers included; 0 in a jumbogram (RFC 2675).</summary>
    public ushort PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[PayloadLengthOffset..]);

    /// <summary>Kind of the header that follows; see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader => _bytes[NextHeaderOffset];

    /// <summary>Hops left.</summary>
    public byte HopLimit => _bytes[HopLimitOffset];

    /// <summary>Upper half of the source address.</summary>
    public ulong SourceHigh => BinaryPrimitives.ReadUInt64BigEndian(_bytes[SourceOffset..]);

    /// <summary>Lower half of the source address.</summary>
    public ulong SourceLow => BinaryPrimitives.ReadUInt64BigEndian(_bytes[(SourceOffset + 8)..]);

    /// <summary>Upper half of the destination address as the header has it, whatever a routing header says.</summary>
    public ulong DestinationHigh => BinaryPrimitives.ReadUInt64BigEndian(_bytes[DestinationOffset..]);

    /// <summary>Lower half of the destination address as the header has it, whatever a routing header says.</summary>
    public ulong DestinationLow => BinaryPrimitives.ReadUInt64BigEndian(_bytes[(DestinationOffset + 8)..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv6Header header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new Ipv6Header(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Writes a whole header.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    /// <param name="trafficClass">Differentiated services and congestion notification.</param>
    /// <param name="flowLabel">20 bits; higher bits are cut off.</param>
    /// <param name="payloadLength">Bytes after this header.</param>
    /// <param name="nextHeader">See <see cref="IpProtocol"/>.</param>
    /// <param name="hopLimit">Hops.</param>
    /// <param name="source">Source address, host order.</param>
    /// <param name="destinationAddress">Destination address, host order.</param>
    public static void Write(
        Span<byte> destination,
        byte trafficClass,
        int flowLabel,
        ushort payloadLength,
        byte nextHeader,
        byte hopLimit,
        UInt128 source,
        UInt128 destinationAddress)
    {
        uint word = ((uint)VersionNumber << 28) | ((uint)trafficClass << 20) | ((uint)flowLabel & 0xfffff);
        BinaryPrimitives.WriteUInt32BigEndian(destination, word);
        SetPayloadLength(destination, payloadLength);
        destination[NextHeaderOffset] = nextHeader;
        SetHopLimit(destination, hopLimit);
        SetSource(destination, source);
        SetDestination(destination, destinationAddress);
    }

    /// <summary>Rewrites the payload length.</summary>
    /// <param name="headerBytes">At least 40 bytes that begin with the header.</param>
    /// <param name="payloadLength">Bytes after the header.</param>
    public static void SetPayloadLength(Span<byte> headerBytes, ushort payloadLength) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[PayloadLengthOffset..], payloadLength);

    /// <summary>Rewrites the hop limit.</summary>
    /// <param name="headerBytes">At least 40 bytes that begin with the header.</param>
    /// <param name="hopLimit">Hops.</param>
    public static void SetHopLimit(Span<byte> headerBytes, byte hopLimit) => headerBytes[HopLimitOffset] = hopLimit;

    /// <summary>Rewrites the source address; the transport checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 40 bytes that begin with the header.</param>
    /// <param name="source">Address, host order.</param>
    public static void SetSource(Span<byte> headerBytes, UInt128 source) =>
        BinaryPrimitives.WriteUInt128BigEndian(headerBytes[SourceOffset..], source);

    /// <summary>Rewrites the destination address; the transport checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 40 bytes that begin with the header.</param>
    /// <param name="destination">Address, host order.</param>
    public static void SetDestination(Span<byte> headerBytes, UInt128 destination) =>
        BinaryPrimitives.WriteUInt128BigEndian(headerBytes[DestinationOffset..], destination);
}
