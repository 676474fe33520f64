using Xunit;

namespace NetworkingSfc.Classifier.Tests;

public sealed class RuleSetTests
{
    private static readonly FlowRule _any4 = new(AddressPrefix.Ipv4EtherType);

    public static TheoryData<string, (int Id, FlowRule Rule)[]> Impossible => new()
    {
        { "negative id", [(-1, _any4)] },
        { "id used twice", [(5, _any4), (5, new FlowRule(AddressPrefix.Ipv6EtherType))] },
        { "no EtherType", [(0, default)] },
        { "EtherType of ARP", [(0, new FlowRule(0x0806))] },
        { "IPv4 source of 33 bits", [(0, _any4 with { Source = new AddressPrefix(0, 33) })] },
        { "IPv4 destination of 128 bits", [(0, _any4 with { Destination = new AddressPrefix(0, 128) })] },
        { "IPv6 source of 129 bits", [(0, new FlowRule(AddressPrefix.Ipv6EtherType) { Source = new AddressPrefix(0, 129) })] },
        { "source ports upside down", [(0, _any4 with { SourcePorts = (1, 0) })] },
        { "destination ports upside down", [(0, _any4 with { DestinationPorts = (65_535, 65_534) })] },
        { "the last of many", [.. Enumerable.Range(0, 1000).Select(id => (id, _any4)), (1000, default)] },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_rules_are_refused(string what, (int Id, FlowRule Rule)[] rules)
    {
        Assert.NotEmpty(what);
        Assert.Throws<ArgumentException>(() => new RuleSet([.. rules]));
    }

    [Fact]
    public void Rules_keep_their_order_and_their_ids()
    {
        RuleSet set = new([(int.MaxValue, _any4), (0, _any4 with { Protocol = 6 })]);

        Assert.Equal([int.MaxValue, 0], set.Rules.Select(entry => entry.Id));
        Assert.Null(set.Rules[0].Rule.Protocol);
    }

    [Fact]
    public void Set_in_order_counts_its_ids_from_0()
    {
        Assert.Equal([0, 1, 2], RuleSet.InOrder([_any4, _any4, _any4]).Rules.Select(entry => entry.Id));
        Assert.Empty(RuleSet.Empty.Rules);
    }
}
