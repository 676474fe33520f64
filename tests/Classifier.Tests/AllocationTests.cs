using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests;

/// <summary>Looking up allocates nothing, also when decisions are remembered, evicted and made stale by a change.</summary>
public sealed class AllocationTests
{
    [Theory]
    [MemberData(nameof(CatalogCases.Runnable), MemberType = typeof(CatalogCases))]
    public void Looking_up_allocates_nothing(string name)
    {
        Random random = new(5);
        SmallUniverse universe = new(random);
        RandomChanges changes = new(random, universe, 200);
        using IUpdatableClassifier classifier = ClassifierCatalog.Named(name).Build(changes.Start(200));
        FlowKeyBatch[] batches = [.. new[] { 1, 7, 32, 256 }.Select(rows => Asking.Batch(universe.Keys(rows)))];
        int[] results = new int[256];
        foreach (int cacheEntries in new[] { 0, 64, 4_096 })
        {
            using IClassifierReader reader = classifier.OpenReader(cacheEntries);
            ClassifyAll(reader);
            AllocationAssert.None($"{name}, {cacheEntries} cache entries", () => ClassifyAll(reader));
            classifier.Apply(changes.Next(1));
            AllocationAssert.None($"{name}, {cacheEntries} cache entries, after a change", () => ClassifyAll(reader));
        }

        IFlowClassifier frozen = classifier.Freeze();
        ClassifyAll(frozen);
        AllocationAssert.None($"{name}, frozen", () => ClassifyAll(frozen));

        void ClassifyAll(IFlowClassifier asked)
        {
            for (int round = 0; round < 50; round++)
            {
                foreach (FlowKeyBatch batch in batches)
                {
                    asked.Classify(batch, results);
                }
            }
        }
    }
}
