using System.Buffers.Binary;

namespace NetworkingSfc.Dataplane.Wire;

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  | PCP |D|       VLAN id         |  EtherType or length          |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/// <summary>
/// What follows a tag protocol identifier (<see cref="EtherType.VlanTag"/> and its kin): tag control information and the
/// type of the next header (IEEE 802.1Q-2018, 9.6).
/// </summary>
/// <remarks>The tag protocol identifier itself is the type field of the header before, so tags chain like EtherTypes.</remarks>
public readonly record struct VlanTag
{
    /// <summary>Bytes from the end of the tag protocol identifier to the end of the next type field.</summary>
    public const int LengthBytes = 4;

    /// <summary>Largest VLAN id, 12 bits.</summary>
    public const int MaxVlanId = 0xfff;

    private readonly uint _word;

    /// <summary>Makes a tag from its fields.</summary>
    /// <param name="control">Priority (3 bits), drop eligibility (1 bit) and VLAN id (12 bits), host order.</param>
    /// <param name="etherType">EtherType or length of what follows, host order.</param>
    public VlanTag(ushort control, ushort etherType) => _word = ((uint)control << 16) | etherType;

    private VlanTag(uint word) => _word = word;

    /// <summary>Priority, drop eligibility and VLAN id as one number.</summary>
    public ushort Control => (ushort)(_word >> 16);

    /// <summary>Priority code point, 0 to 7.</summary>
    public int Priority => (int)(_word >> 29);

    /// <summary>Drop eligible indicator.</summary>
    public bool IsDropEligible => (_word & 0x1000_0000) != 0;

    /// <summary>VLAN id, 0 to <see cref="MaxVlanId"/>; 0 marks a tag that carries priority only.</summary>
    public int VlanId => (int)(_word >> 16) & MaxVlanId;

    /// <summary>EtherType of what follows, or the length of an LLC frame.</summary>
    public ushort EtherType => (ushort)_word;

    /// <summary>Reads the tag at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">Bytes that begin right after the tag protocol identifier.</param>
    /// <param name="tag">The tag, zero when the answer is false.</param>
    /// <returns>False when there are fewer than <see cref="LengthBytes"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out VlanTag tag)
    {
        bool whole = BinaryPrimitives.TryReadUInt32BigEndian(bytes, out uint word);
        tag = new VlanTag(word);
        return whole;
    }

    /// <summary>Writes the tag to the first <see cref="LengthBytes"/> bytes of <paramref name="destination"/>.</summary>
    /// <param name="destination">At least <see cref="LengthBytes"/> bytes.</param>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, _word);
}
