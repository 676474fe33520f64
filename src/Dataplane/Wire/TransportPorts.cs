using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>
/// The first four bytes that TCP (RFC 9293, 3.1), UDP (RFC 768), UDP-Lite (RFC 3828, 3), SCTP (RFC 9260, 3.1) and DCCP
/// (RFC 4340, 5.1) have in common.
/// </summary>
public readonly record struct TransportPorts
{
    /// <summary>Bytes of the two ports.</summary>
    public const int LengthBytes = 4;

    private const int DestinationOffset = 2;

    private readonly uint _word;

    private TransportPorts(uint word) => _word = word;

    /// <summary>Source port.</summary>
    public ushort Source => (ushort)(_word >> 16);

    /// <summary>Destination port.</summary>
    public ushort Destination => (ushort)_word;

    /// <summary>Reads the ports at the front of a transport header.</summary>
    /// <param name="bytes">Bytes that begin with the transport header.</param>
    /// <param name="ports">The ports, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TransportPorts ports)
    {
        bool whole = BinaryPrimitives.TryReadUInt32BigEndian(bytes, out uint word);
        ports = new TransportPorts(word);
        return whole;
    }

    /// <summary>Rewrites the source port; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 4 bytes that begin with the transport header.</param>
    /// <param name="port">Port, host order.</param>
    public static void SetSource(Span<byte> headerBytes, ushort port) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes, port);

    /// <summary>Rewrites the destination port; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 4 bytes that begin with the transport header.</param>
    /// <param name="port">Port, host order.</param>
    public static void SetDestination(Span<byte> headerBytes, ushort port) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[DestinationOffset..], port);
}
