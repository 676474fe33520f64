using Xunit;

namespace NetworkingSfc.Classifier.Tests;

public sealed class RuleSetTests
{
    private static readonly FlowRule _any4 = new(AddressPrefix.Ipv4EtherType);

    public static TheoryData<string, RankedRule[]> Impossible => new()
    {
        { "negative id", [new(-1, 0, _any4)] },
        { "id used twice", [new(5, 0, _any4), new(5, 1, new FlowRule(AddressPrefix.Ipv6EtherType))] },
        { "no EtherType", [new(0, 0, default)] },
        { "EtherType of ARP", [new(0, 0, new FlowRule(0x0806))] },
        { "IPv4 source of 33 bits", [new(0, 0, _any4 with { Source = new AddressPrefix(0, 33) })] },
        { "IPv4 destination of 128 bits", [new(0, 0, _any4 with { Destination = new AddressPrefix(0, 128) })] },
        { "IPv6 source of 129 bits", [new(0, 0, new FlowRule(AddressPrefix.Ipv6EtherType) { Source = new AddressPrefix(0, 129) })] },
        { "source ports upside down", [new(0, 0, _any4 with { SourcePorts = (1, 0) })] },
        { "destination ports upside down", [new(0, 0, _any4 with { DestinationPorts = (65_535, 65_534) })] },
        { "the last of many", [.. Enumerable.Range(0, 1000).Select(id => new RankedRule(id, 0, _any4)), new(1000, 0, default)] },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_rules_are_refused(string what, RankedRule[] rules)
    {
        Assert.NotEmpty(what);
        Assert.Throws<ArgumentException>(() => new RuleSet(rules));
    }

    [Fact]
    public void Rank_then_id_is_the_order_and_ids_are_kept()
    {
        RuleSet set = new([new(0, 7, _any4 with { Protocol = 6 }), new(4, 7, _any4), new(int.MaxValue, 3, _any4)]);

        Assert.Equal([int.MaxValue, 0, 4], set.Rules.Select(entry => entry.Id));
        Assert.Null(set.Rules[0].Rule.Protocol);
    }

    [Fact]
    public void Set_in_order_counts_its_ids_from_0()
    {
        Assert.Equal([0, 1, 2], RuleSet.InOrder([_any4, _any4, _any4]).Rules.Select(entry => entry.Id));
        Assert.Empty(RuleSet.Empty.Rules);
    }
}
