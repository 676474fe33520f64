using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Classifier.Simd;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.CutTree;

/// <summary>Rules that come one after the other, in whatever order, leave trees that are little deeper than freshly grown ones.</summary>
public sealed class TreeBalancerTests
{
    private const int Rules = 4000;

    public static TheoryData<string> Orders => ["ascending", "descending", "middle out", "shuffled", "blocks"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_of_additions_does_not_make_lookups_dear(string order)
    {
        int[] numbers = InOrder(order);
        using CutForest forest = new(RuleSet.Empty, new ForestLookup<ScalarLanes>());
        for (int start = 0; start < Rules; start += 100)
        {
            RuleChange[] batch = [.. numbers[start..(start + 100)].Select(number => RuleChange.Add(new RankedRule(number, (uint)number, RuleOf(number))))];
            if (start % 200 == 0)
            {
                forest.Apply(batch);
            }
            else
            {
                foreach (RuleChange change in batch)
                {
                    forest.Apply([change]);
                }
            }
        }

        using CutForest fresh = new(RuleSet.InOrder(Enumerable.Range(0, Rules).Select(RuleOf)), new ForestLookup<ScalarLanes>());
        double grownSteps = Enumerable.Range(0, Rules).Average(number => forest.EffortOf(KeyOf(number)).Steps);
        double freshSteps = Enumerable.Range(0, Rules).Average(number => fresh.EffortOf(KeyOf(number)).Steps);
        Assert.True(grownSteps <= (2 * freshSteps) + 2, $"{grownSteps:f1} steps on average, freshly grown {freshSteps:f1}");
        Assert.InRange(Enumerable.Range(0, Rules).Max(number => forest.EffortOf(KeyOf(number)).Steps), 1, 24);
    }

    [Fact]
    public void Regrown_parts_answer_as_before()
    {
        Random random = new(Rules);
        using CutForest forest = new(RuleSet.Empty, new ForestLookup<ScalarLanes>());
        using LinearClassifier linear = new(RuleSet.Empty);
        for (int number = 0; number < 1500; number++)
        {
            // Every third rule is wide enough to lie over its neighbours, so parts hold copies.
            FlowRule rule = number % 3 == 0 ? RuleOf(number) with { Source = new AddressPrefix(Address(number), 22) } : RuleOf(number);
            RuleChange[] change = [RuleChange.Add(new RankedRule(number, (uint)random.Next(100_000), rule))];
            forest.Apply(change);
            linear.Apply(change);
            if (number % 50 == 0)
            {
                FlowKeyBatch keys = Asking.Batch([.. Enumerable.Range(0, 64).Select(_ => KeyOf(random.Next(number + 1)))]);
                Assert.Equal(linear.Freeze().Ask(keys), forest.Freeze().Ask(keys));
            }
        }
    }

    private static int[] InOrder(string order)
    {
        int[] numbers = [.. Enumerable.Range(0, Rules)];
        switch (order)
        {
            case "descending":
                Array.Reverse(numbers);
                break;
            case "middle out":
                numbers = [.. numbers.OrderBy(number => Math.Abs(number - (Rules / 2)))];
                break;
            case "shuffled":
                new Random(Rules).Shuffle(numbers);
                break;
            case "blocks":
                numbers = [.. numbers.OrderBy(number => (number / 100 * 7919) % 40).ThenBy(number => number)];
                break;
        }

        return numbers;
    }

    private static uint Address(int number) => 0x0a00_0000u + ((uint)number << 8);

    private static FlowRule RuleOf(int number) => new(AddressPrefix.Ipv4EtherType) { Source = new AddressPrefix(Address(number), 24) };

    private static FlowKey KeyOf(int number) =>
        new() { EtherType = AddressPrefix.Ipv4EtherType, SourceAddress = Address(number) + 7, DestinationAddress = 1 };
}
