using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |Version|  IHL  |Type of service|         Total length          |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |        Identification         |R|D|M|     Fragment offset     |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  | Time to live  |   Protocol    |        Header checksum        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                        Source address                         |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                      Destination address                      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  ~                   Options, 0 to 40 bytes                      ~
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over an IPv4 header with its options (RFC 791, section 3.1).</summary>
public readonly ref struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinLengthBytes = 20;

    /// <summary>The value of <see cref="Version"/>.</summary>
    public const byte VersionNumber = 4;

    /// <summary>The reserved bit of <see cref="FlagsAndOffset"/>.</summary>
    public const ushort ReservedFlag = 0x8000;

    /// <summary>The do-not-fragment bit of <see cref="FlagsAndOffset"/>.</summary>
    public const ushort DontFragmentFlag = 0x4000;

    /// <summary>The more-fragments bit of <see cref="FlagsAndOffset"/>.</summary>
    public const ushort MoreFragmentsFlag = 0x2000;

    /// <summary>The fragment offset bits of <see cref="FlagsAndOffset"/>.</summary>
    public const ushort FragmentOffsetMask = 0x1fff;

    private const int TypeOfServiceOffset = 1;
    private const int TotalLengthOffset = 2;
    private const int IdentificationOffset = 4;
    private const int FragmentOffsetOffset = 6;
    private const int TimeToLiveOffset = 8;
    private const int ProtocolOffset = 9;
    private const int ChecksumOffset = 10;
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv4Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version nibble; the caller decides what to do with anything but <see cref="VersionNumber"/>.</summary>
    public byte Version => (byte)(_bytes[0] >> 4);

    /// <summary>Bytes of the header with options, 20 to 60.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>Type of service byte: differentiated services and congestion notification (RFC 2474, RFC 3168).</summary>
    public byte TypeOfService => _bytes[TypeOfServiceOffset];

    /// <summary>Bytes of header and payload as declared; 0 in frames a segmentation offload has not cut yet.</summary>
    public ushort TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[TotalLengthOffset..]);

    /// <summary>Identification, common to all fragments of a packet.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_bytes[IdentificationOffset..]);

    /// <summary>Three flags and the fragment offset in units of 8 bytes.</summary>
    public ushort FlagsAndOffset => BinaryPrimitives.ReadUInt16BigEndian(_bytes[FragmentOffsetOffset..]);

    /// <summary>Time to live, hops.</summary>
    public byte TimeToLive => _bytes[TimeToLiveOffset];

    /// <summary>See <see cref="IpProtocol"/>.</summary>
    public byte Protocol => _bytes[ProtocolOffset];

    /// <summary>Header checksum as received; not verified.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>Source address.</summary>
    public uint Source => BinaryPrimitives.ReadUInt32BigEndian(_bytes[SourceOffset..]);

    /// <summary>Destination address as the header has it, whatever a source route option says.</summary>
    public uint Destination => BinaryPrimitives.ReadUInt32BigEndian(_bytes[DestinationOffset..]);

    /// <summary>The options, 0 to 40 bytes, not interpreted.</summary>
    public ReadOnlySpan<byte> Options => _bytes[MinLengthBytes..];

    /// <summary>Takes a view of header and options; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the header length is under 20 bytes or reaches past the bytes at hand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv4Header header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            int length = DeclaredHeaderLength(bytes);
            if (length >= MinLengthBytes && length <= bytes.Length)
            {
                header = new Ipv4Header(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>Takes a view of the 20 bytes before the options, for a header whose options are cut off or do not matter.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, without options whatever the header declares; empty when the answer is false.</param>
    /// <returns>False when there are fewer than 20 bytes.</returns>
    public static bool TryReadFixedPart(ReadOnlySpan<byte> bytes, out Ipv4Header header)
    {
        if (bytes.Length < MinLengthBytes)
        {
            header = default;
            return false;
        }

        header = new Ipv4Header(bytes[..MinLengthBytes]);
        return true;
    }

    /// <summary>The header length that the first byte declares.</summary>
    /// <param name="bytes">At least one byte.</param>
    /// <returns>0 to 60 bytes; under 20 is not a header.</returns>
    public static int DeclaredHeaderLength(ReadOnlySpan<byte> bytes) => (bytes[0] & 0xf) * 4;

    /// <summary>Writes a header without options, checksum included.</summary>
    /// <param name="destination">At least 20 bytes.</param>
    /// <param name="typeOfService">Type of service byte.</param>
    /// <param name="totalLength">Bytes of header and payload.</param>
    /// <param name="identification">Identification.</param>
    /// <param name="flagsAndOffset">Flags and fragment offset; see the constants of this type.</param>
    /// <param name="timeToLive">Hops.</param>
    /// <param name="protocol">See <see cref="IpProtocol"/>.</param>
    /// <param name="source">Source address, host order.</param>
    /// <param name="destinationAddress">Destination address, host order.</param>
    public static void Write(
        Span<byte> destination,
        byte typeOfService,
        ushort totalLength,
        ushort identification,
        ushort flagsAndOffset,
        byte timeToLive,
        byte protocol,
        uint source,
        uint destinationAddress)
    {
        destination[0] = (VersionNumber << 4) | (MinLengthBytes / 4);
        destination[TypeOfServiceOffset] = typeOfService;
        SetTotalLength(destination, totalLength);
        SetIdentification(destination, identification);
        BinaryPrimitives.WriteUInt16BigEndian(destination[FragmentOffsetOffset..], flagsAndOffset);
        SetTimeToLive(destination, timeToLive);
        destination[ProtocolOffset] = protocol;
        SetSource(destination, source);
        SetDestination(destination, destinationAddress);
        SetChecksum(destination, 0);
        SetChecksum(destination, InternetChecksum.Compute(destination[..MinLengthBytes]));
    }

    /// <summary>Rewrites the total length; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="totalLength">Bytes of header and payload.</param>
    public static void SetTotalLength(Span<byte> headerBytes, ushort totalLength) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[TotalLengthOffset..], totalLength);

    /// <summary>Rewrites the identification; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="identification">Common to all fragments of a packet.</param>
    public static void SetIdentification(Span<byte> headerBytes, ushort identification) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[IdentificationOffset..], identification);

    /// <summary>Rewrites the time to live; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="timeToLive">Hops.</param>
    public static void SetTimeToLive(Span<byte> headerBytes, byte timeToLive) => headerBytes[TimeToLiveOffset] = timeToLive;

    /// <summary>Rewrites the source address; the checksums are the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="source">Address, host order.</param>
    public static void SetSource(Span<byte> headerBytes, uint source) =>
        BinaryPrimitives.WriteUInt32BigEndian(headerBytes[SourceOffset..], source);

    /// <summary>Rewrites the destination address; the checksums are the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="destination">Address, host order.</param>
    public static void SetDestination(Span<byte> headerBytes, uint destination) =>
        BinaryPrimitives.WriteUInt32BigEndian(headerBytes[DestinationOffset..], destination);

    /// <summary>Rewrites the header checksum.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
