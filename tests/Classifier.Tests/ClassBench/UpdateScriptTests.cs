using NetworkingSfc.Sfc.Classify;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.ClassBench;

/// <summary>The shared update scripts, lookup by lookup.</summary>
public sealed class UpdateScriptTests
{
    [Theory]
    [MemberData(nameof(CatalogCases.OnSets), MemberType = typeof(CatalogCases))]
    public void Lookups_see_all_changes_before_them(string name, string set, bool ipv6)
    {
        SharedSet shared = new(set, ipv6);
        UpdateScript script = shared.Updates();
        foreach (int cacheEntries in new[] { 0, DecisionCache.EntriesFor(shared.Rules.Length) })
        {
            Replay(name, script, cacheEntries, together: false);
            Replay(name, script, cacheEntries, together: true);
        }
    }

    // Together: all changes between two lookups are one batch.
    private static void Replay(string name, UpdateScript script, int cacheEntries, bool together)
    {
        ReadOnlySpan<UpdateStep> steps = script.Steps.AsSpan()[..CatalogCases.Share(name, script.Steps.Length)];
        Assert.InRange(steps.Length, 5_000, 60_000);
        using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(script.Start);
        using IClassifierReader reader = classifier.OpenReader(cacheEntries);
        int count = classifier.Count;
        FlowKeyBatch keys = new(1);
        int[] answers = new int[keys.Capacity];
        List<RuleChange> changes = [];
        for (int number = 0; number < steps.Length; number++)
        {
            UpdateStep step = steps[number];
            if (step.Kind != UpdateStepKind.Query)
            {
                changes.Add(script.ChangeOf(step));
                count += step.Kind == UpdateStepKind.Add ? 1 : -1;
                if (together)
                {
                    continue;
                }
            }

            if (changes.Count > 0)
            {
                classifier.Apply([.. changes]);
                changes.Clear();
            }

            if (step.Kind == UpdateStepKind.Query)
            {
                keys.Clear();
                keys.Add(step.Packet.Key);
                reader.Classify(keys, answers);
                Assert.True(answers[0] == step.Packet.Expected, $"step {number}, {cacheEntries} cache entries, together {together}: {answers[0]} instead of {step.Packet.Expected}");
                Assert.Equal(classifier.Version, reader.Version);
            }
        }

        Assert.Equal(count - changes.Sum(change => change.Kind == RuleChangeKind.Add ? 1 : -1), classifier.Count);
    }
}
