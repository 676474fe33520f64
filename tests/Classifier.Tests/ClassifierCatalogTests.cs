using NetworkingSfc.Classifier.Linear;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>Every implementation that this processor can run gives what <see cref="LinearClassifier"/> gives.</summary>
[Collection("environment")]
public sealed class ClassifierCatalogTests
{
    private const int Seed = 20_260_101;

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Implementation_equals_the_linear_one_on_random_rules(string name)
    {
        Random random = new(Seed);
        int hits = 0;
        int rounds = LongRun.Scale(3000);
        for (int round = 0; round < rounds; round++)
        {
            // Ids that say nothing about priority, in some sets; sizes around whole vectors.
            int count = random.Next(4) == 0 ? random.Next(300) : random.Next(18);
            int[] ids = [.. Enumerable.Range(0, count).Select(id => id * 7)];
            random.Shuffle(ids);
            RuleSet rules = new(ids.Select((id, place) => new RankedRule(id, (uint)place, RandomFlows.Rule(random))));
            FlowKeyBatch keys = new(64);
            int rows = random.Next(65);
            for (int row = 0; row < rows; row++)
            {
                keys.Add(random.Next(10) == 0 ? RandomFlows.AnyKey(random) : RandomFlows.Key(random));
            }

            int[] expected = new LinearClassifier(rules).Freeze().Ask(keys);
            int[] found = Build(name, rules).Ask(keys);
            Assert.True(expected.SequenceEqual(found), $"{name}, seed {Seed}, round {round}: {count} rules");
            hits += expected.Count(id => id != IFlowClassifier.NoMatch);
        }

        // Neither all nor nothing: the universe is small enough to hit and large enough to miss.
        Assert.InRange(hits, rounds * 3, rounds * 30);
    }

    // The oracle itself, against a search written a second time.
    [Fact]
    public void Linear_classifier_gives_the_id_of_the_first_rule_that_matches()
    {
        Random random = new(Seed);
        for (int round = 0; round < 300; round++)
        {
            RankedRule[] rules = [.. Enumerable.Range(0, 12).Select(place => new RankedRule(1000 - place, (uint)place, RandomFlows.Rule(random)))];
            FlowKeyBatch keys = new(64);
            for (int row = 0; row < 64; row++)
            {
                keys.Add(RandomFlows.Key(random));
            }

            int[] found = new LinearClassifier(new RuleSet(rules)).Freeze().Ask(keys);
            for (int row = 0; row < 64; row++)
            {
                FlowKey key = keys[row];
                int first = Array.FindIndex(rules, entry => entry.Rule.Matches(key));
                Assert.Equal(first < 0 ? IFlowClassifier.NoMatch : rules[first].Id, found[row]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void No_rules_match_nothing_and_an_empty_batch_is_answered(string name)
    {
        FlowKeyBatch keys = new(64);
        IFlowClassifier none = Build(name, RuleSet.Empty);
        none.Classify(keys, new int[keys.Capacity]);
        keys.Add(new FlowKey { EtherType = AddressPrefix.Ipv4EtherType });
        keys.Add(default);

        Assert.Equal([IFlowClassifier.NoMatch, IFlowClassifier.NoMatch], none.Ask(keys));
    }

    [Fact]
    public void Preferred_implementation_is_the_first_that_runs_unless_one_is_forced()
    {
        ClassifierImplementation first = ClassifierCatalog.Implementations.First(i => i.IsSupported);
        Assert.IsType(first.Build(RuleSet.Empty).GetType(), ClassifierCatalog.Build(RuleSet.Empty));
        foreach (ClassifierImplementation implementation in ClassifierCatalog.Implementations.Where(i => i.IsSupported))
        {
            Assert.IsType(implementation.Build(RuleSet.Empty).Freeze().GetType(), Build(implementation.Name, RuleSet.Empty));
        }
    }

    [Theory]
    [InlineData("NoSuchClassifier")]
    [InlineData("linearclassifier")]
    public void Unknown_name_is_refused_and_the_known_ones_are_told(string name)
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => Build(name, RuleSet.Empty));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(ClassifierCatalog.ForcedNameVariable, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LinearClassifier), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique() =>
        Assert.Equal(ClassifierCatalog.Implementations.Length, ClassifierCatalog.Implementations.Select(i => i.Name).Distinct().Count());

    private static IFlowClassifier Build(string name, RuleSet rules)
    {
        string? before = Environment.GetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable);
        Environment.SetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable, name);
        try
        {
            return ClassifierCatalog.Build(rules).Freeze();
        }
        finally
        {
            Environment.SetEnvironmentVariable(ClassifierCatalog.ForcedNameVariable, before);
        }
    }
}
