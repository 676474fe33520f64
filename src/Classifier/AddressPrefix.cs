namespace NetworkingSfc.Classifier;

/// <summary>
/// An address and how many of its leading bits count: 0 to 32 for IPv4 (address in the low 32 bits), 0 to 128 for IPv6.
/// The default value matches every address of either family.
/// </summary>
/// <param name="Address">The address, host byte order.</param>
/// <param name="Length">Leading bits that must be equal.</param>
public readonly record struct AddressPrefix(UInt128 Address, byte Length)
{
    /// <summary>EtherType of IPv4 (IEEE 802 numbers).</summary>
    public const ushort Ipv4EtherType = 0x0800;

    /// <summary>EtherType of IPv6 (IEEE 802 numbers).</summary>
    public const ushort Ipv6EtherType = 0x86dd;

    /// <summary>Bits in an address of the family that an EtherType names.</summary>
    /// <param name="etherType">0x0800 gives 32, all others 128.</param>
    public static int AddressBits(ushort etherType) => etherType == Ipv4EtherType ? 32 : 128;

    /// <summary>True when the leading <see cref="Length"/> bits of the address are those of the prefix.</summary>
    /// <param name="address">Address of the packet.</param>
    /// <param name="etherType">Family of both.</param>
    public bool Contains(UInt128 address, ushort etherType)
    {
        int ignored = AddressBits(etherType) - Length;

        // UInt128 shifts take the count modulo 128, so "ignore all 128 bits" needs its own answer.
        return Length == 0 || (address ^ Address) >> ignored == UInt128.Zero;
    }
}
