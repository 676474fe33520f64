namespace NetworkingSfc.Classifier.Tests;

/// <summary>Random keys and rules. The small universe makes rules overlap and keys hit them; the whole one reaches every bit.</summary>
internal static class RandomFlows
{
    private static readonly byte[] _lengths4 = [0, 1, 8, 24, 29, 30, 31, 32];
    private static readonly byte[] _lengths6 = [0, 1, 31, 32, 33, 63, 64, 65, 96, 97, 126, 127, 128];
    private static readonly ushort[] _ports = [0, 1, 2, 79, 80, 81, 65_534, 65_535];
    private static readonly byte[] _protocols = [0, 1, 6, 17, 255];

    public static FlowKey AnyKey(Random random) => new()
    {
        SourceAddress = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64() << 1),
        DestinationAddress = new UInt128((ulong)random.NextInt64() << 1, (ulong)random.NextInt64()),
        SourcePort = (ushort)random.Next(65_536),
        DestinationPort = (ushort)random.Next(65_536),
        Protocol = (byte)random.Next(256),
        EtherType = (ushort)random.Next(65_536),
        IngressPort = random.Next(),
    };

    /// <summary>A key whose fields are those that rules of <see cref="Rule"/> begin, end or nearly match at.</summary>
    public static FlowKey Key(Random random)
    {
        int family = random.Next(20);
        ushort etherType = family == 0 ? (ushort)0 : family < 11 ? AddressPrefix.Ipv4EtherType : AddressPrefix.Ipv6EtherType;
        return new FlowKey
        {
            SourceAddress = Address(random, etherType),
            DestinationAddress = Address(random, etherType),
            SourcePort = random.GetItems(_ports, 1)[0],
            DestinationPort = random.GetItems(_ports, 1)[0],
            Protocol = random.GetItems(_protocols, 1)[0],
            EtherType = etherType,
            IngressPort = random.Next(4),
        };
    }

    public static FlowRule Rule(Random random)
    {
        ushort etherType = random.Next(2) == 0 ? AddressPrefix.Ipv4EtherType : AddressPrefix.Ipv6EtherType;
        return new FlowRule(etherType)
        {
            Protocol = random.Next(2) == 0 ? null : random.GetItems(_protocols, 1)[0],
            Source = Prefix(random, etherType),
            Destination = Prefix(random, etherType),
            SourcePorts = Range(random),
            DestinationPorts = Range(random),
        };
    }

    // Few addresses, one bit apart in every place where a prefix may end or a column begin.
    private static UInt128 Address(Random random, ushort etherType)
    {
        int bits = AddressPrefix.AddressBits(etherType);
        UInt128 address = etherType == AddressPrefix.Ipv4EtherType ? 0x0a00_0000 : (UInt128)0x2001_0db8 << 96;
        return random.Next(4) switch
        {
            0 => address,
            1 => address ^ (UInt128.One << random.Next(bits)),
            2 => address + (UInt128)random.Next(4),
            _ => bits == 32 ? uint.MaxValue : UInt128.MaxValue,
        };
    }

    private static AddressPrefix Prefix(Random random, ushort etherType) => random.Next(3) == 0
        ? default
        : new AddressPrefix(Address(random, etherType), random.GetItems(etherType == AddressPrefix.Ipv4EtherType ? _lengths4 : _lengths6, 1)[0]);

    private static (ushort Minimum, ushort Maximum) Range(Random random)
    {
        if (random.Next(2) == 0)
        {
            return FlowRule.AnyPort;
        }

        ushort[] bounds = random.GetItems(_ports, 2);
        Array.Sort(bounds);
        return (bounds[0], bounds[1]);
    }
}
