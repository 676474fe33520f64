using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Simd;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.CutTree;

/// <summary>What versions leave behind is used again, and not before everybody has left them.</summary>
public sealed class ReclaimTests
{
    private const int Rules = 2000;
    private const int Changes = 5000;

    [Fact]
    public void Memory_stays_bounded_under_endless_changes()
    {
        using CutForest forest = Forest();
        long before = forest.ReservedBytes;
        Churn(forest);

        // Room for growing by copying, not for 5,000 versions.
        Assert.InRange(forest.ReservedBytes, before, 4 * before);
    }

    [Fact]
    public void A_frozen_version_holds_back_what_it_looks_into_and_lets_go_of_it()
    {
        using CutForest forest = Forest();
        IFrozenClassifier? frozen = forest.Freeze();
        FlowKeyBatch keys = Asking.Batch([.. Enumerable.Range(0, 64).Select(KeyOf)]);
        int[] answers = frozen.Ask(keys);
        Churn(forest);
        Assert.Equal(answers, frozen.Ask(keys));
        Assert.NotEqual(answers, forest.Freeze().Ask(keys));
        Assert.True(forest.ReservedBytes > 0);
        GC.KeepAlive(frozen);
    }

    // Every rule in turn goes, and comes back under another id.
    private static void Churn(CutForest forest)
    {
        for (int change = 0; change < Changes; change++)
        {
            int id = change;
            forest.Apply([RuleChange.Delete(id), RuleChange.Add(new RankedRule(id + Rules, (uint)change, RuleOf(id)))]);
        }

        Assert.Equal(Rules, forest.Count);
    }

    private static CutForest Forest() =>
        new(RuleSet.InOrder(Enumerable.Range(0, Rules).Select(RuleOf)), new ForestLookup<ScalarLanes>());

    private static FlowRule RuleOf(int number) => new(AddressPrefix.Ipv4EtherType)
    {
        Source = new AddressPrefix(SourceOf(number), 32),
        DestinationPorts = ((ushort)(number % 100), (ushort)(1000 + (number % 100))),
    };

    private static FlowKey KeyOf(int number) =>
        new() { EtherType = AddressPrefix.Ipv4EtherType, SourceAddress = SourceOf(number), DestinationPort = 500 };

    private static uint SourceOf(int number) => (uint)(number % Rules) * 2_654_435_761u;
}
