using Xunit;

namespace NetworkingSfc.Classifier.Tests.Updates;

/// <summary>What one <see cref="IUpdatableClassifier.Apply"/> does, and what it does not do when it fails.</summary>
public sealed class ApplyTests
{
    private const ushort V4 = AddressPrefix.Ipv4EtherType;

    private static readonly FlowRule _any = new(V4);
    private static readonly FlowRule _tcp = _any with { Protocol = 6 };
    private static readonly FlowRule _udp = _any with { Protocol = 17 };

    private static readonly FlowKey[] _keys = [new() { EtherType = V4, Protocol = 6 }, new() { EtherType = V4, Protocol = 17 }, new() { EtherType = V4, Protocol = 1 }];

    private static readonly Dictionary<string, RuleChange[]> _impossible = new()
    {
        ["delete of an unknown id"] = [RuleChange.Delete(99)],
        ["delete of a negative id"] = [RuleChange.Delete(-1)],
        ["delete of an id deleted just before"] = [RuleChange.Delete(3), RuleChange.Delete(3)],
        ["replacement of an unknown id"] = [RuleChange.Replace(new RankedRule(99, 0, _any))],
        ["replacement of an id deleted just before"] = [RuleChange.Delete(3), RuleChange.Replace(new RankedRule(3, 0, _any))],
        ["add of a used id"] = [RuleChange.Add(new RankedRule(3, 0, _any))],
        ["add of an id added just before"] = [RuleChange.Add(new RankedRule(50, 0, _any)), RuleChange.Add(new RankedRule(50, 0, _any))],
        ["add of a negative id"] = [RuleChange.Add(new RankedRule(-1, 0, _any))],
        ["add of a rule without EtherType"] = [RuleChange.Add(new RankedRule(50, 0, default))],
        ["add of a prefix of 33 bits"] = [RuleChange.Add(new RankedRule(50, 0, _any with { Source = new AddressPrefix(0, 33) }))],
        ["add of a prefix of 129 bits"] = [RuleChange.Add(new RankedRule(50, 0, new FlowRule(AddressPrefix.Ipv6EtherType) { Destination = new AddressPrefix(0, 129) }))],
        ["replacement with ports upside down"] = [RuleChange.Replace(new RankedRule(3, 0, _any with { SourcePorts = (2, 1) }))],
    };

    public static MatrixTheoryData<string, string> RunnableOnImpossible => new(CatalogCases.Names, _impossible.Keys);

    [Theory]
    [MemberData(nameof(RunnableOnImpossible))]
    public void Failing_changes_change_nothing(string name, string what)
    {
        using ComparedClassifier compared = Small(name);
        RuleChange[] good =
        [
            RuleChange.Add(new RankedRule(40, 0, _any)),
            RuleChange.Replace(new RankedRule(1, 0, _udp)),
            RuleChange.Delete(2),
        ];
        foreach (RuleChange[] changes in new RuleChange[][] { _impossible[what], [.. good, .. _impossible[what]], [.. _impossible[what], .. good], [.. good, .. _impossible[what], RuleChange.Delete(40)] })
        {
            Assert.Throws<ArgumentException>(() => compared.Tested.Apply(changes));
            Assert.Equal((4, 0L), (compared.Tested.Count, compared.Tested.Version));
            Assert.Equal([1, 2, 3], compared.Answers(_keys));
        }

        // And what it tried before it failed is still possible.
        compared.Apply(good);
        Assert.Equal([40, 1, 40], compared.Answers(_keys));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Replacement_moves_a_rule_up_and_down(string name)
    {
        using ComparedClassifier compared = Small(name);
        compared.Apply(RuleChange.Replace(new RankedRule(3, 0, _any)));
        Assert.Equal([3, 3, 3], compared.Answers(_keys));
        compared.Apply(RuleChange.Replace(new RankedRule(3, 15, _any)));
        Assert.Equal([1, 3, 3], compared.Answers(_keys));
        compared.Apply(RuleChange.Replace(new RankedRule(3, 30, _any)));
        Assert.Equal([1, 2, 3], compared.Answers(_keys));
        compared.Apply(RuleChange.Replace(new RankedRule(1, 10, _udp)));
        Assert.Equal([3, 1, 3], compared.Answers(_keys));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Changes_of_one_id_in_one_batch_follow_each_other(string name)
    {
        using ComparedClassifier compared = Small(name);
        compared.Apply(
            RuleChange.Delete(1),
            RuleChange.Add(new RankedRule(1, 0, _udp)),
            RuleChange.Replace(new RankedRule(1, 0, _any)),
            RuleChange.Add(new RankedRule(7, 0, _any)),
            RuleChange.Delete(7));
        Assert.Equal([1, 1, 1], compared.Answers(_keys));
        Assert.Equal((4, 1L), (compared.Tested.Count, compared.Tested.Version));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Many_changes_are_one_version(string name)
    {
        using ComparedClassifier compared = new(name, RuleSet.Empty);
        using IClassifierReader reader = compared.Tested.OpenReader();
        Assert.Equal(-1, reader.Version);
        FlowRule Rule(int id) => _any with { Source = new AddressPrefix((uint)id << 12, 24), DestinationPorts = ((ushort)id, (ushort)(id + 3)) };
        FlowKey[] keys = [.. Enumerable.Range(0, 500).Select(id => new FlowKey { EtherType = V4, SourceAddress = (uint)id << 12, DestinationPort = (ushort)id })];
        FlowKeyBatch batch = Asking.Batch(keys);
        Assert.All(reader.Ask(batch), answer => Assert.Equal(IFlowClassifier.NoMatch, answer));
        Assert.Equal(0, reader.Version);

        compared.Apply([.. Enumerable.Range(0, 500).Select(id => RuleChange.Add(new RankedRule(id, (uint)id, Rule(id))))]);
        Assert.Equal(0, reader.Version);
        Assert.Equal(Enumerable.Range(0, 500), reader.Ask(batch));
        Assert.Equal(1, reader.Version);
        Assert.Equal(Enumerable.Range(0, 500), compared.Answers(keys));
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Frozen_version_stays_as_it_is(string name)
    {
        Random random = new(21);
        SmallUniverse universe = new(random);
        RandomChanges changes = new(random, universe, 100);
        using ComparedClassifier compared = new(name, changes.Start(100));
        FlowKeyBatch keys = Asking.Batch(universe.Keys(256));
        List<(IFlowClassifier Tested, int[] Expected)> frozen = [];
        for (int version = 0; version < 40; version++)
        {
            (IFlowClassifier tested, IFlowClassifier oracle) = compared.Freeze();
            frozen.Add((tested, oracle.Ask(keys)));
            Assert.Equal(frozen[^1].Expected, tested.Ask(keys));
            compared.Apply(changes.Next(version));
        }

        Assert.True(frozen.Select(version => string.Join(' ', version.Expected)).Distinct().Count() > 20);
        Assert.All(frozen, version => Assert.Equal(version.Expected, version.Tested.Ask(keys)));
    }

    // The dataplane keeps nothing but the frozen version.
    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Frozen_version_outlives_its_classifier(string name)
    {
        IFlowClassifier[] frozen = [.. Enumerable.Range(0, 20).Select(id => ClassifierCatalog.Named(name).Build(new RuleSet([new(id, 0, _tcp)])).Freeze())];
        for (int round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using IUpdatableClassifier other = ClassifierCatalog.Named(name).Build(new RuleSet([new(1_000, 0, _any)]));
            for (int id = 0; id < frozen.Length; id++)
            {
                Assert.Equal([id, IFlowClassifier.NoMatch, IFlowClassifier.NoMatch], frozen[id].Ask(Asking.Batch(_keys)));
            }
        }
    }

    private static ComparedClassifier Small(string name) =>
        new(name, new RuleSet([new(1, 10, _tcp), new(2, 20, _udp), new(3, 30, _any), new(4, 40, _any)]));
}
