using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.Updates;

/// <summary>Random rules, changes and keys where nearly everything overlaps, against the linear classifier.</summary>
public sealed class FuzzTests
{
    private const int Seed = 20_261_123;

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Readers_follow_random_changes(string name)
    {
        int hits = 0;
        int asked = 0;
        int rounds = CatalogCases.Share(name, LongRun.Scale(2_000));
        for (int round = 0; round < rounds; round++)
        {
            // The seed of a round is enough to run it alone.
            Random random = new(Seed + round);
            SmallUniverse universe = new(random);
            int about = random.Next(4) switch { 0 => 4, 1 => 20, 2 => 70, _ => 300 };
            RandomChanges changes = new(random, universe, about);
            using ComparedClassifier compared = new(name, changes.Start(random.Next(about + 1)));
            FlowKey[] keys = universe.Keys(100);
            for (int version = 0; version < 25; version++)
            {
                // Half the keys are old ones, so that decisions made before a change are asked for again.
                universe.Keys(50).CopyTo(keys, 0);
                int[] answers = compared.Answers($", seed {Seed + round}, version {version}, about {about} rules", keys);
                hits += answers.Count(id => id != IFlowClassifier.NoMatch);
                asked += answers.Length;
                compared.Apply(changes.Next(random.Next(5) switch { 0 => random.Next(1, 501), 1 => random.Next(1, 20), _ => 1 }));
            }
        }

        Assert.InRange(hits, asked / 10, asked * 95 / 100);
    }

    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Readers_follow_a_long_row_of_single_changes(string name)
    {
        Random random = new(Seed);
        SmallUniverse universe = new(random);
        RandomChanges changes = new(random, universe, 150);
        using ComparedClassifier compared = new(name, changes.Start(150));

        // One that looks only now and then: neither side waits for it, and it misses nothing.
        using IClassifierReader resting = compared.Tested.OpenReader(1_024);
        FlowKey[] keys = universe.Keys(64);
        int versions = CatalogCases.Share(name, LongRun.Scale(50_000));
        for (int version = 1; version <= versions; version++)
        {
            compared.Apply(changes.Next(1));
            keys[random.Next(keys.Length)] = universe.Key();
            int[] answers = compared.Answers($", version {version}", keys);
            if (version % 97 == 0)
            {
                Assert.Equal(answers, resting.Ask(Asking.Batch(keys)));
                Assert.Equal(version, resting.Version);
            }
        }
    }
}
