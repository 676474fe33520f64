using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.CutTree;

/// <summary>A million rules of either family (a tenth in the gate): right answers, bounded memory, and changes on top.</summary>
public sealed class ManyRulesTests
{
    private const int Seed = 31;
    private const int Asked = 128;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_million_rules_are_answered_right_and_changed_one_by_one(bool ipv6)
    {
        int count = LongRun.Scale(1_000_000);
        Random random = new(Seed);
        RankedRule[] rules = [.. Enumerable.Range(0, count).Select(id => new RankedRule(id, (uint)random.Next(), RuleOf(random, ipv6)))];
        RuleSet set = new(rules);
        using IUpdatableClassifier forest = ClassifierCatalog.Build(set);
        using LinearClassifier linear = new(set);
        using IClassifierReader reader = forest.OpenReader();
        Assert.InRange(forest.Bytes, 1, (1 << 20) + (count * (ipv6 ? 320L : 160L)));
        AssertSame(linear, reader, rules, random);

        RuleChange[] changes = [.. Enumerable.Range(0, 500).Select(change => change % 2 == 0
            ? RuleChange.Delete(change)
            : RuleChange.Add(new RankedRule(count + change, (uint)random.Next(), RuleOf(random, ipv6))))];
        linear.Apply(changes);
        foreach (RuleChange change in changes)
        {
            forest.Apply([change]);
        }

        AssertSame(linear, reader, rules, random);
        Assert.Equal(linear.Count, forest.Count);
    }

    private static void AssertSame(LinearClassifier linear, IClassifierReader reader, RankedRule[] rules, Random random)
    {
        FlowKeyBatch keys = Asking.Batch([.. Enumerable.Range(0, Asked).Select(_ => KeyIn(rules[random.Next(rules.Length)].Rule, random))]);
        int[] expected = linear.Freeze().Ask(keys);
        Assert.Contains(expected, id => id != IFlowClassifier.NoMatch);
        Assert.Equal(expected, reader.Ask(keys));
    }

    // Mostly specific on one side at least, as classifiers of tenants are; lengths on and off the byte.
    private static FlowRule RuleOf(Random random, bool ipv6)
    {
        int bits = ipv6 ? 128 : 32;
        bool wideSource = random.Next(4) == 0;
        return new FlowRule(ipv6 ? AddressPrefix.Ipv6EtherType : AddressPrefix.Ipv4EtherType)
        {
            Source = new AddressPrefix(Address(random, ipv6), (byte)(wideSource ? random.Next(bits / 4) : random.Next(bits * 5 / 8, bits + 1))),
            Destination = new AddressPrefix(Address(random, ipv6), (byte)(!wideSource && random.Next(3) == 0 ? 0 : random.Next(bits * 5 / 8, bits + 1))),
            Protocol = random.Next(3) == 0 ? null : (byte)random.Next(20),
            DestinationPorts = random.Next(2) == 0 ? FlowRule.AnyPort : ((ushort)random.Next(1000), (ushort)random.Next(1000, 65_536)),
        };
    }

    private static FlowKey KeyIn(in FlowRule rule, Random random) => new()
    {
        EtherType = rule.EtherType,
        SourceAddress = rule.Source.Address,
        DestinationAddress = rule.Destination.Length == 0 ? Address(random, rule.EtherType == AddressPrefix.Ipv6EtherType) : rule.Destination.Address,
        DestinationPort = rule.DestinationPorts.Minimum,
        Protocol = rule.Protocol ?? 6,
    };

    private static UInt128 Address(Random random, bool ipv6)
    {
        ulong low = (ulong)random.NextInt64();
        return ipv6 ? new UInt128(0x2001_0db8_0000_0000UL | (uint)random.Next(), low) : (uint)low;
    }
}
