using System.Runtime.InteropServices;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>Fields, tables and numbers at the edges of what there can be.</summary>
public sealed class EdgeTests
{
    private const ushort V4 = AddressPrefix.Ipv4EtherType;
    private const ushort V6 = AddressPrefix.Ipv6EtherType;
    private const int None = IFlowClassifier.NoMatch;

    public static MatrixTheoryData<string, bool> RunnableOnFamilies => new(CatalogCases.Names, [false, true]);

    public static MatrixTheoryData<string, int> RunnableOnStrides => new(CatalogCases.Names, [1, 16]);

    [Theory]
    [MemberData(nameof(RunnableOnFamilies))]
    public void Ports_0_and_65535_are_ports(string name, bool ipv6)
    {
        FlowRule any = new(ipv6 ? V6 : V4);
        using ComparedClassifier compared = new(name, RuleSet.InOrder([
            any with { SourcePorts = (0, 0), DestinationPorts = (65_535, 65_535) },
            any with { SourcePorts = (65_535, 65_535), DestinationPorts = (0, 0) },
            any with { SourcePorts = (1, 65_534) },
            any with { DestinationPorts = (0, 65_534) }]));
        FlowKey Key(ushort source, ushort destination) => new() { EtherType = any.EtherType, SourcePort = source, DestinationPort = destination };

        Assert.Equal(
            [0, 1, 2, 2, 3, None, 3, 3],
            compared.Answers(Key(0, 65_535), Key(65_535, 0), Key(1, 65_535), Key(65_534, 0), Key(0, 65_534), Key(65_535, 65_535), Key(65_535, 1), Key(0, 0)));
    }

    [Theory]
    [MemberData(nameof(RunnableOnFamilies))]
    public void Prefixes_may_be_empty_or_whole(string name, bool ipv6)
    {
        FlowRule any = new(ipv6 ? V6 : V4);
        int bits = AddressPrefix.AddressBits(any.EtherType);
        UInt128 last = UInt128.MaxValue >> (128 - bits);
        UInt128 top = UInt128.One << (bits - 1);
        using ComparedClassifier compared = new(name, RuleSet.InOrder([
            any with { Source = new AddressPrefix(last, (byte)bits) },
            any with { Source = new AddressPrefix(0, (byte)bits) },
            any with { Source = new AddressPrefix(0, 1), Destination = new AddressPrefix(last, 0) },
            any with { Destination = new AddressPrefix(top, 1) }]));
        FlowKey Key(UInt128 source, UInt128 destination) => new() { EtherType = any.EtherType, SourceAddress = source, DestinationAddress = destination };

        Assert.Equal(
            [0, 1, 2, 2, 3, None],
            compared.Answers(Key(last, 0), Key(0, 0), Key(1, 0), Key(top - 1, last), Key(top, top), Key(last - 1, top - 1)));
    }

    [Theory]
    [MemberData(nameof(RunnableOnFamilies))]
    public void Twin_takes_over_when_the_winner_is_deleted(string name, bool ipv6)
    {
        ushort etherType = ipv6 ? V6 : V4;
        FlowRule web = new(etherType) { Protocol = 6, DestinationPorts = (80, 80) };
        FlowKey key = new() { EtherType = etherType, Protocol = 6, DestinationPort = 80 };
        using ComparedClassifier compared = new(name, RuleSet.InOrder([web, web, web]));
        Assert.Equal([0], compared.Answers(key));

        compared.Apply(RuleChange.Delete(0));
        Assert.Equal([1], compared.Answers(key));
        compared.Apply(RuleChange.Delete(2));
        Assert.Equal([1], compared.Answers(key));
        compared.Apply(RuleChange.Add(new RankedRule(0, 0, web)));
        Assert.Equal([0], compared.Answers(key));
        compared.Apply(RuleChange.Delete(0), RuleChange.Delete(1));
        Assert.Equal([None], compared.Answers(key));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Empty_table_is_filled_and_emptied(string name)
    {
        FlowKey[] keys = [new() { EtherType = V4, SourceAddress = 7 }, new() { EtherType = V6, SourceAddress = 7 }, default];
        using ComparedClassifier compared = new(name, RuleSet.Empty);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal([None, None, None], compared.Answers(keys));
            compared.Apply(RuleChange.Add(new RankedRule(5, 1, new FlowRule(V4))));
            Assert.Equal([5, None, None], compared.Answers(keys));
            compared.Apply(RuleChange.Add(new RankedRule(6, 1, new FlowRule(V6))), RuleChange.Delete(5));
            Assert.Equal([None, 6, None], compared.Answers(keys));
            compared.Apply();
            compared.Apply(RuleChange.Delete(6));
        }
    }

    [Theory]
    [MemberData(nameof(RunnableOnFamilies))]
    public void Pairs_of_prefix_lengths_may_be_513(string name, bool ipv6)
    {
        const int Pairs = 513;
        Random random = new(Pairs);
        ushort etherType = ipv6 ? V6 : V4;
        int bits = AddressPrefix.AddressBits(etherType);
        UInt128 address = new UInt128(0x2001_0db8_5a5a_1234, 0xa5a5_0f0f_c3c3_9669) >> (128 - bits);

        // The longest first: otherwise a few short ones would win everywhere.
        int[] pairs = [.. Enumerable.Range(0, (bits + 1) * (bits + 1)).OrderBy(_ => random.Next()).Take(Pairs)
            .OrderByDescending(pair => (pair % (bits + 1)) + (pair / (bits + 1)))];
        FlowRule[] rules = [.. pairs.Select(pair => new FlowRule(etherType)
        {
            Source = new AddressPrefix(address, (byte)(pair % (bits + 1))),
            Destination = new AddressPrefix(address, (byte)(pair / (bits + 1))),
        })];
        using ComparedClassifier compared = new(name, RuleSet.InOrder(rules));

        // Each key leaves both prefixes at some bit, so that few of the rules are left.
        FlowKey[] keys = [.. Enumerable.Range(0, 1_000).Select(_ => new FlowKey
        {
            EtherType = etherType,
            SourceAddress = address ^ (UInt128.One << random.Next(bits)),
            DestinationAddress = address ^ (UInt128.One << random.Next(bits)),
        })];
        Assert.InRange(compared.Answers(keys).Distinct().Count(), 50, Pairs);
        compared.Apply([.. Enumerable.Range(0, Pairs).Where(id => id % 3 != 0).Select(RuleChange.Delete)]);
        Assert.InRange(compared.Answers(keys).Distinct().Count(), 50, Pairs / 3);
    }

    [Theory]
    [MemberData(nameof(RunnableOnStrides))]
    public void Boundaries_in_one_slot_may_be_1025(string name, int stride)
    {
        // Single addresses: neighbours share a boundary, strangers have two each. Word 2 of IPv6 as well.
        foreach ((ushort etherType, int shift) in new[] { (V4, 0), (V6, 0), (V6, 64) })
        {
            UInt128 Address(int place) => (UInt128)(0x0a01_0000 + (uint)place) << shift;
            FlowRule[] rules = [.. Enumerable.Range(0, 1_025).Select(place =>
            {
                AddressPrefix prefix = new(Address(place * stride), (byte)(AddressPrefix.AddressBits(etherType) - shift));
                return new FlowRule(etherType) { Source = prefix, Destination = prefix };
            })];
            using ComparedClassifier compared = new(name, RuleSet.InOrder(rules));

            // Every rule, its neighbours, and one behind the last.
            int[] places = [.. Enumerable.Range(0, (1_025 * stride) + 1).Where(place => place % stride is 0 or 1 || place % stride == stride - 1)];
            FlowKey[] keys = [.. places.Select(place => new FlowKey { EtherType = etherType, SourceAddress = Address(place), DestinationAddress = Address(place) })];
            Assert.Equal(places.Select(place => place % stride == 0 && place / stride < 1_025 ? place / stride : None), compared.Answers(keys));

            // One by one, down from many and up again.
            for (int id = 0; id <= 1_024; id += 256)
            {
                compared.Apply(RuleChange.Delete(id));
                Assert.DoesNotContain(id, compared.Answers(keys));
                compared.Apply(RuleChange.Add(new RankedRule(id + 5_000, 0, rules[id])));
            }

            Assert.Contains(5_000, compared.Answers(keys));
        }
    }

    [Theory]
    [MemberData(nameof(RunnableOnFamilies))]
    public void Rules_on_one_pair_of_addresses_may_be_many(string name, bool ipv6)
    {
        ushort etherType = ipv6 ? V6 : V4;
        AddressPrefix host = new(0x0a00_0001, (byte)AddressPrefix.AddressBits(etherType));
        foreach (int count in new[] { 33, 500 })
        {
            FlowRule[] rules = [.. Enumerable.Range(0, count).Select(place => new FlowRule(etherType)
            {
                Source = host,
                Destination = host,
                Protocol = place % 3 == 0 ? null : (byte)(place % 5),
                DestinationPorts = ((ushort)(place * 10), (ushort)((place * 10) + (place % 2 == 0 ? 0 : 35))),
            })];
            using ComparedClassifier compared = new(name, RuleSet.InOrder(rules));
            FlowKey[] keys = [.. Enumerable.Range(0, count * 10).Select(port => new FlowKey
            {
                EtherType = etherType,
                SourceAddress = host.Address,
                DestinationAddress = host.Address,
                DestinationPort = (ushort)port,
                Protocol = (byte)(port / 10 % 5),
            })];
            int[] before = compared.Answers(keys);
            Assert.InRange(before.Distinct().Count(), count / 2, count + 1);
            foreach (int id in before.Distinct().Where(id => id != None).Take(20))
            {
                compared.Apply(RuleChange.Delete(id));
                Assert.DoesNotContain(id, compared.Answers(keys));
            }
        }
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Families_and_no_family_share_a_batch(string name)
    {
        // The same number as an address of both families.
        AddressPrefix host4 = new(0x0a00_0001, 32);
        AddressPrefix host6 = new(0x0a00_0001, 128);
        using ComparedClassifier compared = new(name, RuleSet.InOrder([new FlowRule(V4) { Source = host4 }, new FlowRule(V6) { Source = host6 }, new FlowRule(V6)]));
        ushort[] etherTypes = [V4, V6, 0, 0x0806];
        FlowKey[] keys = [.. Enumerable.Range(0, 200).Select(row => new FlowKey { EtherType = etherTypes[row % 4], SourceAddress = row % 8 < 4 ? 0x0a00_0001u : 0x0a00_0002u })];

        Assert.Equal(Enumerable.Range(0, 200).Select(row => (row % 8) switch { 0 => 0, 1 => 1, 5 => 2, _ => None }), compared.Answers(keys));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Ids_and_ranks_may_be_the_largest_and_equal_ranks_go_by_id(string name)
    {
        FlowRule any = new(V4);
        FlowRule tcp = any with { Protocol = 6 };
        FlowKey[] keys = [new() { EtherType = V4, Protocol = 6 }, new() { EtherType = V4, Protocol = 17 }];
        using ComparedClassifier compared = new(name, new RuleSet([new(int.MaxValue, uint.MaxValue, any), new(int.MaxValue - 1, uint.MaxValue, tcp)]));
        Assert.Equal([int.MaxValue - 1, int.MaxValue], compared.Answers(keys));

        compared.Apply(RuleChange.Add(new RankedRule(0, uint.MaxValue, tcp)));
        Assert.Equal([0, int.MaxValue], compared.Answers(keys));
        compared.Apply(RuleChange.Replace(new RankedRule(int.MaxValue, 0x8000_0000, any)));
        Assert.Equal([int.MaxValue, int.MaxValue], compared.Answers(keys));
        compared.Apply(RuleChange.Replace(new RankedRule(0, 0x7fff_ffff, tcp)));
        Assert.Equal([0, int.MaxValue], compared.Answers(keys));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Batches_may_have_any_number_of_rows(string name)
    {
        Random random = new(11);
        SmallUniverse universe = new(random);
        using ComparedClassifier compared = new(name, new RandomChanges(random, universe, 20).Start(20));
        foreach (int rows in new[] { 0, 1, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1_000, 65_536 })
        {
            compared.Answers($"{rows} rows", universe.Keys(rows));
        }
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Answers_are_written_to_the_capacity_at_most(string name)
    {
        Random random = new(12);
        SmallUniverse universe = new(random);
        using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(new RandomChanges(random, universe, 50).Start(50));
        foreach (GuardPlacement placement in Enum.GetValues<GuardPlacement>())
        {
            using IClassifierReader reader = classifier.OpenReader(64);
            foreach (int rows in new[] { 1, 64, 130, 256 })
            {
                FlowKeyBatch keys = Asking.Batch(universe.Keys(rows));
                using GuardedMemory memory = new(keys.Capacity * sizeof(int), placement);
                reader.Classify(keys, MemoryMarshal.Cast<byte, int>(memory.Span));
                Assert.True(memory.SurroundingsUntouched);
            }
        }
    }
}
