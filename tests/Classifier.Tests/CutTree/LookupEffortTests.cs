using System.Collections.Immutable;
using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Classifier.Simd;
using NetworkingSfc.Classifier.Tests.ClassBench;
using NetworkingSfc.Sfc.Classify;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.CutTree;

/// <summary>What the worst packet there is can cost is bounded by the rules alone: counted in steps and blocks, not timed.</summary>
public sealed class LookupEffortTests
{
    private const int Seed = 20_261_123;

    // In all trees together, whatever the packet; and a leaf block for each tree.
    private const int MostSteps = 32;
    private const int MostBlocks = 8;
    private const int MostWide = 32;

    [Theory]
    [InlineData("acl1_1k")]
    [InlineData("fw1_1k")]
    [InlineData("ipc1_1k")]
    [InlineData("acl1_10k")]
    [InlineData("fw1_10k")]
    [InlineData("ipc1_10k")]
    [InlineData("acl1_100k")]
    public void No_packet_costs_more_than_the_bound(string set)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            SharedSet shared = new(set, ipv6);
            using CutForest forest = Forest(RuleSet.InOrder(shared.Rules));
            foreach (TracePacket packet in shared.Trace("uniform"))
            {
                AssertBounded(forest, packet.Key);
            }

            foreach (FlowKey key in Crafted(shared.Rules, forest))
            {
                AssertBounded(forest, key);
            }

            // Issue C: 1 MB and 160 bytes a rule, of IPv6 320.
            Assert.InRange(forest.Bytes, 1, (1 << 20) + (shared.Rules.Length * (ipv6 ? 320L : 160L)));
        }
    }

    // One rule for each pair of prefix lengths: what tuple space search has a table each for.
    [Fact]
    public void Rules_of_all_pairs_of_prefix_lengths_cost_no_more()
    {
        Random random = new(Seed);
        FlowRule[] rules = [.. Enumerable.Range(0, 33).SelectMany(source => Enumerable.Range(0, 33).Select(destination =>
            new FlowRule(AddressPrefix.Ipv4EtherType)
            {
                Source = new AddressPrefix((uint)random.NextInt64(1L << 32), (byte)source),
                Destination = new AddressPrefix((uint)random.NextInt64(1L << 32), (byte)destination),
            }))];
        random.Shuffle(rules);
        using CutForest forest = Forest(RuleSet.InOrder(rules));
        foreach (FlowKey key in Crafted([.. rules], forest))
        {
            Assert.InRange(forest.EffortOf(key).Steps, 0, 2 * MostSteps);
            Assert.InRange(forest.EffortOf(key).Blocks, 0, 8 * MostBlocks);
        }
    }

    // Rules of a tenant who wants them to be in each other's way: all reach over one point, no two are alike.
    [Fact]
    public void Crowded_rules_cost_by_their_number_and_are_answered_right()
    {
        const int Count = 1000;
        Random random = new(Seed);
        FlowRule[] rules = [.. Enumerable.Range(0, Count).Select(_ => new FlowRule(AddressPrefix.Ipv4EtherType)
        {
            SourcePorts = ((ushort)random.Next(30_000), (ushort)random.Next(30_000, 65_536)),
            DestinationPorts = ((ushort)random.Next(30_000), (ushort)random.Next(30_000, 65_536)),
        })];
        RuleSet set = RuleSet.InOrder(rules);
        using CutForest forest = Forest(set);
        Assert.InRange(forest.Bytes, 1, (1 << 20) + (Count * 4 * 160L));
        FlowKeyBatch keys = new(64);
        for (int row = 0; row < 64; row++)
        {
            keys.Add(new FlowKey
            {
                EtherType = AddressPrefix.Ipv4EtherType,
                SourcePort = (ushort)random.Next(65_536),
                DestinationPort = (ushort)random.Next(65_536),
            });
            Assert.InRange(forest.EffortOf(keys[row]).Blocks, 0, (Count / NodeLayout.LeafRules) + MostBlocks);
        }

        Assert.Equal(new LinearClassifier(set).Freeze().Ask(keys), forest.Freeze().Ask(keys));
    }

    private static CutForest Forest(RuleSet rules) => new(rules, new ForestLookup<ScalarLanes>());

    private static void AssertBounded(CutForest forest, in FlowKey key)
    {
        LookupEffort effort = forest.EffortOf(key);
        Assert.True(
            effort.Steps <= MostSteps && effort.Blocks <= MostBlocks && effort.WideRules <= MostWide,
            $"{effort} for {key.SourceAddress:x} {key.DestinationAddress:x} {key.SourcePort} {key.DestinationPort} {key.Protocol}");
    }

    // An adversary who knows the rules: keys on the edges of rules, each then changed field by field to other rules' edges
    // for as long as that makes it dearer.
    private static IEnumerable<FlowKey> Crafted(ImmutableArray<FlowRule> rules, CutForest forest)
    {
        Random random = new(Seed);
        for (int start = 0; start < 20; start++)
        {
            FlowKey best = Edge(rules[random.Next(rules.Length)], random);
            int cost = Cost(forest, best);
            for (int attempt = 0; attempt < 200; attempt++)
            {
                FlowKey other = Mixed(best, Edge(rules[random.Next(rules.Length)], random), random);
                if (Cost(forest, other) >= cost)
                {
                    (best, cost) = (other, Cost(forest, other));
                }
            }

            yield return best;
        }
    }

    private static int Cost(CutForest forest, in FlowKey key)
    {
        LookupEffort effort = forest.EffortOf(key);
        return effort.Steps + effort.Blocks;
    }

    private static FlowKey Edge(in FlowRule rule, Random random) => new()
    {
        EtherType = rule.EtherType,
        SourceAddress = Edge(rule.Source, rule.EtherType, random),
        DestinationAddress = Edge(rule.Destination, rule.EtherType, random),
        SourcePort = random.Next(2) == 0 ? rule.SourcePorts.Minimum : rule.SourcePorts.Maximum,
        DestinationPort = random.Next(2) == 0 ? rule.DestinationPorts.Minimum : rule.DestinationPorts.Maximum,
        Protocol = rule.Protocol ?? (byte)random.Next(256),
    };

    private static UInt128 Edge(in AddressPrefix prefix, ushort etherType, Random random)
    {
        int free = AddressPrefix.AddressBits(etherType) - prefix.Length;
        UInt128 below = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        return random.Next(2) == 0 ? prefix.Address & ~below : prefix.Address | below;
    }

    private static FlowKey Mixed(in FlowKey one, in FlowKey other, Random random) => new()
    {
        EtherType = one.EtherType,
        SourceAddress = random.Next(2) == 0 ? one.SourceAddress : other.SourceAddress,
        DestinationAddress = random.Next(2) == 0 ? one.DestinationAddress : other.DestinationAddress,
        SourcePort = random.Next(2) == 0 ? one.SourcePort : other.SourcePort,
        DestinationPort = random.Next(2) == 0 ? one.DestinationPort : other.DestinationPort,
        Protocol = random.Next(2) == 0 ? one.Protocol : other.Protocol,
    };
}
