namespace NetworkingSfc.Classifier.Tests;

/// <summary>
/// Rules and keys whose addresses differ in four bits only, at random places of the address, so that prefixes overlap and
/// keys hit many of them. Ports and protocols are few, and those at the edges among them.
/// </summary>
internal sealed class SmallUniverse
{
    private const int VaryingBits = 4;

    private static readonly ushort[] _ports = [0, 1, 79, 80, 81, 65_534, 65_535];
    private static readonly byte[] _protocols = [0, 6, 17, 255];

    private readonly Random _random;
    private readonly Side _source4;
    private readonly Side _destination4;
    private readonly Side _source6;
    private readonly Side _destination6;

    public SmallUniverse(Random random)
    {
        _random = random;
        (_source4, _destination4, _source6, _destination6) = (NewSide(32), NewSide(32), NewSide(128), NewSide(128));
    }

    public FlowRule Rule()
    {
        bool four = _random.Next(2) == 0;
        return new FlowRule(four ? AddressPrefix.Ipv4EtherType : AddressPrefix.Ipv6EtherType)
        {
            Source = Prefix(four ? _source4 : _source6),
            Destination = Prefix(four ? _destination4 : _destination6),
            SourcePorts = Ports(),
            DestinationPorts = Ports(),
            Protocol = _random.Next(2) == 0 ? null : _random.GetItems(_protocols, 1)[0],
        };
    }

    public FlowKey Key()
    {
        int family = _random.Next(20);
        bool four = family < 10;
        return new FlowKey
        {
            EtherType = family == 19 ? (ushort)0 : four ? AddressPrefix.Ipv4EtherType : AddressPrefix.Ipv6EtherType,
            SourceAddress = Address(four ? _source4 : _source6),
            DestinationAddress = Address(four ? _destination4 : _destination6),
            SourcePort = _random.GetItems(_ports, 1)[0],
            DestinationPort = _random.GetItems(_ports, 1)[0],
            Protocol = _random.GetItems(_protocols, 1)[0],
            IngressPort = _random.Next(4),
        };
    }

    public FlowKey[] Keys(int count) => [.. Enumerable.Range(0, count).Select(_ => Key())];

    private Side NewSide(int width) => new(
        width,
        new UInt128((ulong)_random.NextInt64(long.MinValue, long.MaxValue), (ulong)_random.NextInt64(long.MinValue, long.MaxValue)) >> (128 - width),
        [.. Enumerable.Range(0, width).OrderBy(_ => _random.Next()).Take(VaryingBits)]);

    // One address in sixteen is just outside of the universe.
    private UInt128 Address(Side side)
    {
        UInt128 address = side.Base;
        foreach (int place in side.Places)
        {
            address ^= (UInt128)(uint)_random.Next(2) << (side.Width - 1 - place);
        }

        return _random.Next(16) == 0 ? address ^ (UInt128.One << _random.Next(side.Width)) : address;
    }

    // Ends before or behind one of the bits that vary; the bits behind the end are left as they fall.
    private AddressPrefix Prefix(Side side) => _random.Next(6) switch
    {
        0 => default,
        1 => new AddressPrefix(Address(side), (byte)side.Width),
        _ => new AddressPrefix(Address(side), (byte)(_random.GetItems(side.Places, 1)[0] + _random.Next(2))),
    };

    private (ushort Minimum, ushort Maximum) Ports()
    {
        if (_random.Next(2) == 0)
        {
            return FlowRule.AnyPort;
        }

        ushort[] bounds = _random.GetItems(_ports, 2);
        Array.Sort(bounds);
        return (bounds[0], bounds[1]);
    }

    private sealed record Side(int Width, UInt128 Base, int[] Places);
}
