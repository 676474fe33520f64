using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |     Type      |     Code      |           Checksum            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |         Parameter: meaning depends on type and code           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over the common part of an ICMPv6 message (RFC 4443, section 2.1).</summary>
public readonly ref struct Icmpv6Header
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    /// <summary>Type of "packet too big"; the parameter is the MTU (RFC 4443, section 3.2).</summary>
    public const byte PacketTooBig = 2;

    /// <summary>First type of neighbour discovery: router solicitation (RFC 4861, section 4.1).</summary>
    public const byte FirstNeighbourDiscovery = 133;

    /// <summary>Last type of neighbour discovery: redirect (RFC 4861, section 4.5).</summary>
    public const byte LastNeighbourDiscovery = 137;

    private const byte NeighbourSolicitation = 135;
    private const int AddressBytes = 16;
    private const int ChecksumOffset = 2;
    private const int ParameterOffset = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv6Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Message type.</summary>
    public byte Type => _bytes[0];

    /// <summary>Message code.</summary>
    public byte Code => _bytes[1];

    /// <summary>True for the five messages of neighbour discovery (RFC 4861, section 4).</summary>
    public bool IsNeighbourDiscovery => Type is >= FirstNeighbourDiscovery and <= LastNeighbourDiscovery;

    /// <summary>Checksum as received; not verified.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>The four bytes after the checksum.</summary>
    public uint Parameter => BinaryPrimitives.ReadUInt32BigEndian(_bytes[ParameterOffset..]);

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Icmpv6Header header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new Icmpv6Header(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Reads the address whose owner a neighbour solicitation asks for (RFC 4861, section 4.3).</summary>
    /// <param name="message">A whole ICMPv6 message.</param>
    /// <param name="address">The address, 0 when the answer is false.</param>
    /// <returns>False when the message is another or too short.</returns>
    public static bool TryReadSolicited(ReadOnlySpan<byte> message, out UInt128 address)
    {
        bool isSolicitation = message.Length >= LengthBytes + AddressBytes && message[0] == NeighbourSolicitation;
        address = isSolicitation ? BinaryPrimitives.ReadUInt128BigEndian(message[LengthBytes..]) : 0;
        return isSolicitation;
    }

    /// <summary>Writes a header with a checksum of zero, ready for a checksum over pseudo-header and message.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    /// <param name="type">Message type.</param>
    /// <param name="code">Message code.</param>
    /// <param name="parameter">The four bytes after the checksum, host order.</param>
    public static void Write(Span<byte> destination, byte type, byte code, uint parameter)
    {
        destination[0] = type;
        destination[1] = code;
        SetChecksum(destination, 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ParameterOffset..], parameter);
    }

    /// <summary>Rewrites the checksum.</summary>
    /// <param name="headerBytes">At least <see cref="LengthBytes"/> bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
