using BenchmarkDotNet.Attributes;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>How long does one change take until it is visible? Single deletions and additions in turn; rules taken evenly from acl1_100k.</summary>
public class UpdateBenchmarks
{
    private const int Changes = 1_024;

    private readonly RuleChange[] _changes = new RuleChange[Changes];
    private IUpdatableClassifier _classifier = null!;

    /// <summary>Rules installed.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        RuleSet rules = RuleSet.InOrder(new SetWorkload("acl1_100k", count: Rules).Rules);
        _classifier = ClassifierCatalog.Build(rules);
        Random random = new(1);
        for (int change = 0; change < Changes; change += 2)
        {
            RankedRule rule = rules.Rules[random.Next(rules.Rules.Length)];
            _changes[change] = RuleChange.Delete(rule.Id);
            _changes[change + 1] = RuleChange.Add(rule);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _classifier.Dispose();

    [Benchmark(OperationsPerInvoke = Changes)]
    public long ApplyOne()
    {
        for (int change = 0; change < Changes; change++)
        {
            _classifier.Apply(_changes.AsSpan(change, 1));
        }

        return _classifier.Version;
    }
}
