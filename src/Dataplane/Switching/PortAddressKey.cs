using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>An address in a network.</summary>
/// <param name="Address">The address, host byte order.</param>
/// <param name="Network">Index of the network.</param>
/// <param name="Kind">What sort of address it is.</param>
internal readonly record struct PortAddressKey(UInt128 Address, int Network, AddressKind Kind) : ILookupKey
{
    // Odd, so that the upper half of an IPv6 address keeps all its bits.
    private const ulong UpperMultiplier = 0xd6e8_feb8_6659_fd93;

    public ulong Folded =>
        (ulong)Address ^ ((ulong)(Address >> 64) * UpperMultiplier) ^ ((ulong)(uint)Network << 44) ^ ((ulong)Kind << 62);
}
