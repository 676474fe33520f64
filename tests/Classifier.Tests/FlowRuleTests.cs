using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>The definition of a match, which all classifiers must equal: prefixes and ranges at their edges.</summary>
public sealed class FlowRuleTests
{
    private const ushort V4 = AddressPrefix.Ipv4EtherType;
    private const ushort V6 = AddressPrefix.Ipv6EtherType;

    private static readonly FlowKey _key = new() { EtherType = V4, SourceAddress = 0x0a00_0001, DestinationAddress = 0x0a00_0002, Protocol = 6, SourcePort = 1000, DestinationPort = 80 };

    public static TheoryData<string, UInt128, byte, UInt128, ushort, bool> Prefixes => new()
    {
        { "/0 matches all", 0x0102_0304, 0, 0xffff_ffff, V4, true },
        { "/0 of IPv6 matches all", UInt128.One, 0, UInt128.MaxValue, V6, true },
        { "/1, first half", 0, 1, 0x7fff_ffff, V4, true },
        { "/1, second half", 0, 1, 0x8000_0000, V4, false },
        { "/24, last address", 0x0a00_0000, 24, 0x0a00_00ff, V4, true },
        { "/24, one past", 0x0a00_0000, 24, 0x0a00_0100, V4, false },
        { "/24, one before", 0x0a00_0000, 24, 0x09ff_ffff, V4, false },
        { "bits below the length are ignored", 0x0a00_00aa, 24, 0x0a00_0055, V4, true },
        { "/31, its pair", 0x0a00_0000, 31, 0x0a00_0001, V4, true },
        { "/31, the next", 0x0a00_0000, 31, 0x0a00_0002, V4, false },
        { "/32, itself", 0x0a00_0001, 32, 0x0a00_0001, V4, true },
        { "/32, one bit off", 0x0a00_0001, 32, 0x0a00_0000, V4, false },
        { "/32 of IPv6 is not an IPv4 address", (UInt128)0x2001_0db8 << 96, 32, ((UInt128)0x2001_0db8 << 96) + 77, V6, true },
        { "/64, upper half", (UInt128)1 << 64, 64, ((UInt128)1 << 64) | ulong.MaxValue, V6, true },
        { "/64, one bit off", (UInt128)1 << 64, 64, (UInt128)3 << 64, V6, false },
        { "/65, last bit", 0, 65, (UInt128)1 << 63, V6, false },
        { "/127, its pair", 2, 127, 3, V6, true },
        { "/128, itself", 5, 128, 5, V6, true },
        { "/128, lowest bit off", 5, 128, 4, V6, false },
        { "/128, highest bit off", 5, 128, ((UInt128)1 << 127) | 5, V6, false },
    };

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Prefix_contains(string what, UInt128 prefix, byte length, UInt128 address, ushort etherType, bool expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, new AddressPrefix(prefix, length).Contains(address, etherType));

        // And on each side of a rule alone.
        Assert.Equal(expected, new FlowRule(etherType) { Source = new AddressPrefix(prefix, length) }.Matches(new FlowKey { EtherType = etherType, SourceAddress = address }));
        Assert.Equal(expected, new FlowRule(etherType) { Destination = new AddressPrefix(prefix, length) }.Matches(new FlowKey { EtherType = etherType, DestinationAddress = address }));
    }

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 0, 1, false)]
    [InlineData(0, 65_535, 0, true)]
    [InlineData(0, 65_535, 65_535, true)]
    [InlineData(1, 65_535, 0, false)]
    [InlineData(80, 80, 79, false)]
    [InlineData(80, 80, 80, true)]
    [InlineData(80, 80, 81, false)]
    [InlineData(65_535, 65_535, 65_535, true)]
    [InlineData(65_535, 65_535, 65_534, false)]
    public void Port_range_includes_both_bounds(ushort minimum, ushort maximum, ushort port, bool expected)
    {
        Assert.Equal(expected, new FlowRule(V4) { SourcePorts = (minimum, maximum) }.Matches(new FlowKey { EtherType = V4, SourcePort = port }));
        Assert.Equal(expected, new FlowRule(V4) { DestinationPorts = (minimum, maximum) }.Matches(new FlowKey { EtherType = V4, DestinationPort = port }));
    }

    [Fact]
    public void Protocol_is_one_or_any()
    {
        Assert.True(new FlowRule(V4).Matches(_key));
        Assert.True(new FlowRule(V4) { Protocol = 6 }.Matches(_key));
        Assert.False(new FlowRule(V4) { Protocol = 17 }.Matches(_key));
        Assert.False(new FlowRule(V4) { Protocol = 0 }.Matches(_key));
    }

    [Fact]
    public void Families_do_not_match_each_other_and_0_matches_nothing()
    {
        Assert.False(new FlowRule(V6).Matches(_key));
        Assert.False(new FlowRule(V4).Matches(new FlowKey { EtherType = V6 }));
        Assert.False(new FlowRule(V4).Matches(default));
        Assert.False(new FlowRule(V6).Matches(default));
    }

    [Fact]
    public void Reversed_rule_matches_the_exchanged_key_and_no_other()
    {
        Random random = new(3);
        int hits = 0;
        for (int round = 0; round < 100_000; round++)
        {
            FlowRule rule = RandomFlows.Rule(random);
            FlowKey key = RandomFlows.Key(random);
            FlowKey back = new()
            {
                EtherType = key.EtherType,
                Protocol = key.Protocol,
                IngressPort = key.IngressPort,
                SourceAddress = key.DestinationAddress,
                DestinationAddress = key.SourceAddress,
                SourcePort = key.DestinationPort,
                DestinationPort = key.SourcePort,
            };
            Assert.Equal(rule.Matches(key), rule.Reversed().Matches(back));
            hits += rule.Matches(key) ? 1 : 0;
        }

        Assert.InRange(hits, 1000, 99_000);
    }
}
