namespace NetworkingSfc.Classifier.Tests.ClassBench;

/// <summary>
/// Carries IPv4 rules and keys over to IPv6 in a way that keeps who matches whom, so that the expected answers stay.
/// </summary>
/// <remarks>
/// The 32 bits go, in order, to 32 random places among the 128. Each bit between two places is a hash of the IPv4 bits
/// placed before it. A prefix of L bits ends anywhere behind the place of bit L - 1 and not behind that of bit L.
/// So the bits that an IPv6 prefix compares include its L IPv4 bits, and all others of them follow from those: an address
/// is in the IPv6 prefix exactly when it was in the IPv4 one.
/// </remarks>
internal sealed class Ipv6Mapping
{
    private readonly (int[] Places, int[] Lengths, ulong Salt) _source;
    private readonly (int[] Places, int[] Lengths, ulong Salt) _destination;

    public Ipv6Mapping(Random random) => (_source, _destination) = (Side(random), Side(random));

    public FlowRule Map(FlowRule rule) => rule with
    {
        EtherType = AddressPrefix.Ipv6EtherType,
        Source = Map(_source, rule.Source),
        Destination = Map(_destination, rule.Destination),
    };

    public FlowKey Map(FlowKey key) => key with
    {
        EtherType = AddressPrefix.Ipv6EtherType,
        SourceAddress = Map(_source, (uint)key.SourceAddress),
        DestinationAddress = Map(_destination, (uint)key.DestinationAddress),
    };

    private static (int[] Places, int[] Lengths, ulong Salt) Side(Random random)
    {
        int[] places = [.. Enumerable.Range(0, 128).OrderBy(_ => random.Next()).Take(32).Order(), 128];
        int[] lengths = [.. places.Select((place, bit) => random.Next(bit == 0 ? 0 : places[bit - 1] + 1, place + 1))];
        return (places, lengths, (ulong)random.NextInt64());
    }

    // Bits behind the prefix are left as they fall: classifiers ignore them.
    private static AddressPrefix Map((int[] Places, int[] Lengths, ulong Salt) side, AddressPrefix prefix) =>
        new(Map(side, (uint)prefix.Address), (byte)side.Lengths[prefix.Length]);

    private static UInt128 Map((int[] Places, int[] Lengths, ulong Salt) side, uint address)
    {
        UInt128 mapped = UInt128.Zero;
        int place = 0;
        for (int bit = 0; bit <= 32; bit++)
        {
            // A shift of 32 would be one of 0, and nothing is placed before bit 0.
            ulong before = bit == 0 ? 0 : address >> (32 - bit);
            ulong filling = (before + ((ulong)bit << 32) + side.Salt) * 0x9e37_79b9_7f4a_7c15;
            filling ^= filling >> 29;
            for (; place < side.Places[bit]; place++)
            {
                mapped = (mapped << 1) | ((filling >> (place % 64)) & 1);
            }

            if (bit < 32)
            {
                mapped = (mapped << 1) | ((address >> (31 - bit)) & 1);
                place++;
            }
        }

        return mapped;
    }
}
