using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                Label                  | TC  |S|      TTL      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>One entry of an MPLS label stack (RFC 3032, section 2.1; the TC field is named by RFC 5462).</summary>
/// <remarks>An entry is one 32-bit word, so this is a value and not a view.</remarks>
public readonly record struct MplsLabelEntry
{
    /// <summary>Bytes of one entry.</summary>
    public const int LengthBytes = 4;

    /// <summary>Largest label, 20 bits.</summary>
    public const int MaxLabel = 0xfffff;

    /// <summary>Generic associated channel label: what follows is no packet (RFC 5586, section 4.2).</summary>
    public const int GenericChannelLabel = 13;

    private const int LabelShift = 12;
    private const int TrafficClassShift = 9;
    private const uint BottomBit = 0x100;

    private readonly uint _word;

    /// <summary>Makes an entry from its fields.</summary>
    /// <param name="label">0 to <see cref="MaxLabel"/>.</param>
    /// <param name="trafficClass">0 to 7.</param>
    /// <param name="isBottomOfStack">True for the last entry of the stack.</param>
    /// <param name="timeToLive">0 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">Label or traffic class do not fit their field.</exception>
    public MplsLabelEntry(int label, int trafficClass, bool isBottomOfStack, byte timeToLive)
    {
        if ((uint)label > MaxLabel || (uint)trafficClass > 7)
        {
            ThrowOutOfRange(label, trafficClass);
        }

        _word = ((uint)label << LabelShift) | ((uint)trafficClass << TrafficClassShift)
            | (isBottomOfStack ? BottomBit : 0) | timeToLive;
    }

    private MplsLabelEntry(uint word) => _word = word;

    /// <summary>The label, 0 to <see cref="MaxLabel"/>.</summary>
    public int Label => (int)(_word >> LabelShift);

    /// <summary>The traffic class, 0 to 7.</summary>
    public int TrafficClass => (int)(_word >> TrafficClassShift) & 7;

    /// <summary>True when no further entry follows.</summary>
    public bool IsBottomOfStack => (_word & BottomBit) != 0;

    /// <summary>Time to live, 0 to 255.</summary>
    public byte TimeToLive => (byte)_word;

    /// <summary>Reads the entry at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">Bytes that begin with the entry.</param>
    /// <param name="entry">The entry, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MplsLabelEntry entry)
    {
        bool whole = BinaryPrimitives.TryReadUInt32BigEndian(bytes, out uint word);
        entry = new MplsLabelEntry(word);
        return whole;
    }

    /// <summary>Writes the entry to the first <see cref="LengthBytes"/> bytes of <paramref name="destination"/>.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, _word);

    [DoesNotReturn]
    private static void ThrowOutOfRange(int label, int trafficClass) =>
        throw new ArgumentOutOfRangeException(nameof(label), $"label {label} or traffic class {trafficClass} does not fit its field");
}
