namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |     DSAP      |     SSAP      |  Control, 1 or 2 bytes        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a logical link control header (IEEE 802.2, 3.2).</summary>
/// <remarks>Unnumbered frames have one control byte; information and supervisory frames have two (IEEE 802.2, 5.2).</remarks>
public readonly ref struct LlcHeader
{
    /// <summary>Bytes of the shortest header.</summary>
    public const int MinLengthBytes = 3;

    /// <summary>Service access point of SNAP (RFC 1042).</summary>
    public const byte SnapAddress = 0xaa;

    /// <summary>Service access point of IPv4 without SNAP (RFC 948).</summary>
    public const byte IpAddress = 0x06;

    private const int ControlOffset = 2;
    private const byte UnnumberedMask = 0x03;
    private const byte UnnumberedInformation = 0x03;

    private readonly ReadOnlySpan<byte> _bytes;

    private LlcHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Destination service access point.</summary>
    public byte DestinationAddress => _bytes[0];

    /// <summary>Source service access point, with the command/response bit.</summary>
    public byte SourceAddress => _bytes[1];

    /// <summary>First control byte.</summary>
    public byte Control => _bytes[ControlOffset];

    /// <summary>Bytes of this header: 3 or 4.</summary>
    public int LengthBytes => _bytes.Length;

    /// <summary>True when a SNAP header follows.</summary>
    public bool IsSnap => DestinationAddress == SnapAddress && SourceAddress == SnapAddress;

    /// <summary>True for frames that carry user data: numbered or unnumbered information, poll bit clear.</summary>
    public bool IsInformation => (Control & 1) == 0 || Control == UnnumberedInformation;

    /// <summary>Takes a view of the header; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when the bytes end before the control field does.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LlcHeader header)
    {
        if (bytes.Length >= MinLengthBytes)
        {
            int length = (bytes[ControlOffset] & UnnumberedMask) == UnnumberedMask ? MinLengthBytes : MinLengthBytes + 1;
            if (bytes.Length >= length)
            {
                header = new LlcHeader(bytes[..length]);
                return true;
            }
        }

        header = default;
        return false;
    }
}
