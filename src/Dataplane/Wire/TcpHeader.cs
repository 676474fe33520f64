using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source port          |       Destination port        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                        Sequence number                        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                    Acknowledgment number                      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  | Offset|  Res  |C|E|U|A|P|R|S|F|            Window             |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |           Checksum            |        Urgent pointer         |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  ~                   Options, 0 to 40 bytes                      ~
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a TCP header with its options (RFC 9293, section 3.1).</summary>
/// <remarks>Ports alone are read and rewritten through <see cref="TransportPorts"/>, which needs four bytes only.</remarks>
public readonly ref struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinLengthBytes = 20;

    /// <summary>FIN in <see cref="Flags"/>: the sender has no more to say.</summary>
    public const byte FinFlag = 0x01;

    /// <summary>SYN in <see cref="Flags"/>: the first packet of either direction.</summary>
    public const byte SynFlag = 0x02;

    /// <summary>ACK in <see cref="Flags"/>: missing in the very first packet of a connection only.</summary>
    public const byte AckFlag = 0x10;

    /// <summary>PSH in <see cref="Flags"/>: the receiver hands on what it has.</summary>
    public const byte PushFlag = 0x08;

    /// <summary>CWR in <see cref="Flags"/>: the sender has lowered its rate (RFC 3168, section 6.1).</summary>
    public const byte WindowReducedFlag = 0x80;

    /// <summary>Where the flags are.</summary>
    public const int FlagsOffset = 13;

    private const int SequenceOffset = 4;
    private const int AcknowledgmentOffset = 8;
    private const int DataOffsetOffset = 12;
    private const int WindowOffset = 14;
    private const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Sequence number.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[SequenceOffset..]);

    /// <summary>Acknowledgment number.</summary>
    public uint Acknowledgment => BinaryPrimitives.ReadUInt32BigEndian(_bytes[AcknowledgmentOffset..]);

    /// <summary>Bytes of the header with options, 20 to 60.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>The eight control bits, CWR highest, FIN lowest.</summary>
    public byte Flags => _bytes[FlagsOffset];

    /// <summary>True for the first packet of a connection.</summary>
    public bool OpensConnection => IsOpening(Flags);

    /// <summary>Window as sent, before scaling.</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_bytes[WindowOffset..]);

    /// <summary>Checksum as received; not verified.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    /// <summary>Takes a view of header and options; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the data offset is under 20 bytes or reaches past the bytes at hand.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TcpHeader header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            int length = (bytes[DataOffsetOffset] >> 4) * 4;
            if (length >= MinLengthBytes && length <= bytes.Length)
            {
                header = new TcpHeader(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>Writes a header without options; urgent pointer and checksum are zero.</summary>
    /// <param name="destination">At least 20 bytes.</param>
    /// <param name="sourcePort">Source port, host order.</param>
    /// <param name="destinationPort">Destination port, host order.</param>
    /// <param name="sequence">Sequence number.</param>
    /// <param name="acknowledgment">Acknowledgment number.</param>
    /// <param name="flags">The eight control bits.</param>
    /// <param name="window">Window.</param>
    public static void Write(
        Span<byte> destination,
        ushort sourcePort,
        ushort destinationPort,
        uint sequence,
        uint acknowledgment,
        byte flags,
        ushort window)
    {
        destination[..MinLengthBytes].Clear();
        TransportPorts.SetSource(destination, sourcePort);
        TransportPorts.SetDestination(destination, destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SequenceOffset..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[AcknowledgmentOffset..], acknowledgment);
        destination[DataOffsetOffset] = (MinLengthBytes / 4) << 4;
        destination[FlagsOffset] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(destination[WindowOffset..], window);
    }

    /// <summary>True for the flags of the first packet of a connection: SYN without ACK.</summary>
    /// <param name="flags">The eight control bits.</param>
    public static bool IsOpening(byte flags) => (flags & (SynFlag | AckFlag)) == SynFlag;

    /// <summary>Rewrites the sequence number; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="sequence">Sequence number.</param>
    public static void SetSequence(Span<byte> headerBytes, uint sequence) =>
        BinaryPrimitives.WriteUInt32BigEndian(headerBytes[SequenceOffset..], sequence);

    /// <summary>Rewrites the control bits; the checksum is the caller's to update.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="flags">The eight control bits.</param>
    public static void SetFlags(Span<byte> headerBytes, byte flags) => headerBytes[FlagsOffset] = flags;

    /// <summary>Rewrites the checksum.</summary>
    /// <param name="headerBytes">At least 20 bytes that begin with the header.</param>
    /// <param name="checksum">As <see cref="InternetChecksum"/> gives it.</param>
    public static void SetChecksum(Span<byte> headerBytes, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(headerBytes[ChecksumOffset..], checksum);
}
