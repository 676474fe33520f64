using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |Ver|O|U|    TTL    |   Length  |U|U|U|U|MD Type| Next Protocol |  base header
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Service Path Identifier              | Service Index |  service path header
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                                                               |
//  ~   MD type 1: four context headers; MD type 2: none or more    ~
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>Checked view over a Network Service Header (RFC 8300, section 2).</summary>
/// <remarks>
/// <see cref="TryRead"/> asks for the eight bytes every NSH has, so that version, O bit, MD type and TTL of a header
/// we must drop can still be told apart; <see cref="IsWellFormed"/> says whether the length field can be believed.
/// Unassigned bits (U) and context headers are never touched by the setters: RFC 8300 wants them carried unchanged.
/// </remarks>
public readonly ref struct NshHeader
{
    /// <summary>Bytes of base header and service path header together: the shortest NSH.</summary>
    public const int MinLengthBytes = 8;

    /// <summary>Bytes of an NSH of MD type 1 (RFC 8300, section 2.2: length must be 6 words).</summary>
    public const int MdType1LengthBytes = 24;

    /// <summary>Longest NSH: the length field has six bits and counts four-byte words.</summary>
    public const int MaxLengthBytes = 63 * WordBytes;

    /// <summary>Bytes of the four context headers of MD type 1.</summary>
    public const int MdType1ContextBytes = 16;

    /// <summary>Largest time to live, 6 bits; also the value to start with (RFC 8300, section 2.2).</summary>
    public const byte MaxTimeToLive = 63;

    private const int WordBytes = 4;
    private const int ServicePathOffset = 4;
    private const int ServiceIndexOffset = 7;
    private const uint OamBit = 0x2000_0000;
    private const int TimeToLiveShift = 22;
    private const uint TimeToLiveMask = 0x3fu << TimeToLiveShift;
    private const int LengthShift = 16;
    private const int MdTypeShift = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private NshHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version, 0 to 3; only 0 is defined (RFC 8300, section 2.2).</summary>
    public byte Version => (byte)(Base >> 30);

    /// <summary>The O bit: an operations and maintenance packet.</summary>
    public bool IsOam => (Base & OamBit) != 0;

    /// <summary>Time to live, 0 to <see cref="MaxTimeToLive"/>. An incoming 0 counts as 63 once decremented.</summary>
    public byte TimeToLive => (byte)((Base & TimeToLiveMask) >> TimeToLiveShift);

    /// <summary>Length of the whole header as it says itself, 0 to <see cref="MaxLengthBytes"/> bytes; see <see cref="IsWellFormed"/>.</summary>
    public int LengthBytes => (int)((Base >> LengthShift) & 0x3f) * WordBytes;

    /// <summary>Metadata type, 0 to 15; see <see cref="NshMdType"/>.</summary>
    public byte MdType => (byte)((Base >> MdTypeShift) & 0xf);

    /// <summary>What follows the header; see <see cref="NshNextProtocol"/>.</summary>
    public byte NextProtocol => (byte)Base;

    /// <summary>Which path.</summary>
    public ServicePathId ServicePathId => new((int)(ServicePath >> 8));

    /// <summary>Which place on the path.</summary>
    public ServiceIndex ServiceIndex => new((byte)ServicePath);

    /// <summary>
    /// True when the length field covers the eight fixed bytes, lies within the bytes at hand, and is 24 in MD type 1.
    /// </summary>
    public bool IsWellFormed =>
        LengthBytes >= MinLengthBytes
        && LengthBytes <= _bytes.Length
        && (MdType != NshMdType.FixedLength || LengthBytes == MdType1LengthBytes);

    /// <summary>The context headers; empty when the header is not well formed.</summary>
    public ReadOnlySpan<byte> Contexts => IsWellFormed ? _bytes[MinLengthBytes..LengthBytes] : [];

    private uint Base => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    private uint ServicePath => BinaryPrimitives.ReadUInt32BigEndian(_bytes[ServicePathOffset..]);

    /// <summary>Takes a view; afterwards no getter can fail.</summary>
    /// <param name="bytes">Bytes that begin with the header and go to the end of the frame.</param>
    /// <param name="header">The view, empty when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="MinLengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NshHeader header)
    {
        if (bytes.Length < MinLengthBytes)
        {
            header = default;
            return false;
        }

        header = new NshHeader(bytes);
        return true;
    }

    /// <summary>Writes a header of MD type 1: version 0, O bit and unassigned bits clear.</summary>
    /// <param name="destination">At least <see cref="MdType1LengthBytes"/> bytes.</param>
    /// <param name="timeToLive">0 to <see cref="MaxTimeToLive"/>; higher bits are cut off.</param>
    /// <param name="nextProtocol">See <see cref="NshNextProtocol"/>.</param>
    /// <param name="path">Which path.</param>
    /// <param name="index">Which place on the path.</param>
    /// <param name="contexts"><see cref="MdType1ContextBytes"/> bytes, or empty for zeros.</param>
    public static void WriteMdType1(
        Span<byte> destination,
        byte timeToLive,
        byte nextProtocol,
        ServicePathId path,
        ServiceIndex index,
        ReadOnlySpan<byte> contexts)
    {
        WriteFixedPart(destination, MdType1LengthBytes, NshMdType.FixedLength, timeToLive, nextProtocol, path, index);
        Span<byte> room = destination[MinLengthBytes..MdType1LengthBytes];
        if (contexts.IsEmpty)
        {
            room.Clear();
        }
        else
        {
            contexts[..MdType1ContextBytes].CopyTo(room);
        }
    }

    /// <summary>Writes a header of MD type 2: version 0, O bit and unassigned bits clear.</summary>
    /// <param name="destination">At least 8 bytes and the context headers.</param>
    /// <param name="timeToLive">0 to <see cref="MaxTimeToLive"/>; higher bits are cut off.</param>
    /// <param name="nextProtocol">See <see cref="NshNextProtocol"/>.</param>
    /// <param name="path">Which path.</param>
    /// <param name="index">Which place on the path.</param>
    /// <param name="contexts">0 to 244 bytes, a multiple of 4, copied as they are.</param>
    public static void WriteMdType2(
        Span<byte> destination,
        byte timeToLive,
        byte nextProtocol,
        ServicePathId path,
        ServiceIndex index,
        ReadOnlySpan<byte> contexts)
    {
        int length = MinLengthBytes + contexts.Length;
        WriteFixedPart(destination, length, NshMdType.VariableLength, timeToLive, nextProtocol, path, index);
        contexts.CopyTo(destination[MinLengthBytes..length]);
    }

    /// <summary>Rewrites the time to live and nothing else.</summary>
    /// <param name="headerBytes">At least 4 bytes that begin with the header.</param>
    /// <param name="timeToLive">0 to <see cref="MaxTimeToLive"/>; higher bits are cut off.</param>
    public static void SetTimeToLive(Span<byte> headerBytes, byte timeToLive)
    {
        uint word = BinaryPrimitives.ReadUInt32BigEndian(headerBytes);
        uint field = ((uint)timeToLive << TimeToLiveShift) & TimeToLiveMask;
        BinaryPrimitives.WriteUInt32BigEndian(headerBytes, (word & ~TimeToLiveMask) | field);
    }

    /// <summary>Rewrites path and index.</summary>
    /// <param name="headerBytes">At least <see cref="MinLengthBytes"/> bytes that begin with the header.</param>
    /// <param name="path">Which path.</param>
    /// <param name="index">Which place on the path.</param>
    public static void SetServicePath(Span<byte> headerBytes, ServicePathId path, ServiceIndex index) =>
        BinaryPrimitives.WriteUInt32BigEndian(headerBytes[ServicePathOffset..], ((uint)path.Value << 8) | index.Value);

    /// <summary>Rewrites the index and leaves the path alone.</summary>
    /// <param name="headerBytes">At least <see cref="MinLengthBytes"/> bytes that begin with the header.</param>
    /// <param name="index">Which place on the path.</param>
    public static void SetServiceIndex(Span<byte> headerBytes, ServiceIndex index) =>
        headerBytes[ServiceIndexOffset] = index.Value;

    private static void WriteFixedPart(
        Span<byte> destination,
        int lengthBytes,
        byte mdType,
        byte timeToLive,
        byte nextProtocol,
        ServicePathId path,
        ServiceIndex index)
    {
        uint word = (((uint)timeToLive << TimeToLiveShift) & TimeToLiveMask)
            | ((uint)(lengthBytes / WordBytes) << LengthShift)
            | ((uint)mdType << MdTypeShift)
            | nextProtocol;
        BinaryPrimitives.WriteUInt32BigEndian(destination, word);
        SetServicePath(destination, path, index);
    }
}
