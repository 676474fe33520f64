using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |     Type      |     Code      |           Checksum            |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |         Parameter: meaning depends on type and code           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over the common part of an ICMP message (RFC 792).</summary>
public readonly ref struct IcmpHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int LengthBytes = 8;

    /// <summary>Type of "destination unreachable".</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Code of "fragmentation needed"; the lower half of the parameter is the next-hop MTU (RFC 1191, section 4).</summary>
    public const byte FragmentationNeeded = 4;

    private const byte SourceQuench = 4;
    private const byte Redirect = 5;
    private const byte TimeExceeded = 11;
    private const byte ParameterProblem = 12;
    private const int ChecksumOffset = 2;
    private const int ParameterOffset = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Message type.</summary>
    public byte Type => _bytes[0];

    /// <summary>Message code.</summary>
    public byte Code => _bytes[1];

    /// <summary>Checksum as received; not verified.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>The four bytes after the checksum.</summary>
    public uint Parameter => BinaryPrimitives.ReadUInt32BigEndian(_bytes[ParameterOffset..]);

    /// <summary>True for the types that report something about another packet, which nothing may be reported about (RFC 1122, section 3.2.2).</summary>
    /// <param name="type">Message type.</param>
    public static bool IsError(byte type) => type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;

    /// <summary>Takes a view of the first <see cref="LengthBytes"/> bytes; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IcmpHeader header)
    {
        if (bytes.Length < LengthBytes)
        {
            header = default;
            return false;
        }

        header = new IcmpHeader(bytes[..LengthBytes]);
        return true;
    }

    /// <summary>Writes a header with a checksum of zero, ready for <see cref="InternetChecksum.Compute"/> over the whole message.</summary>
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
