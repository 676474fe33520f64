using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using NetworkingSfc.Classifier;
using NetworkingSfc.Classifier.Linear;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>How does the cost of a packet grow with the rules? Packets that match, bursts of 32, nothing remembered; rules taken evenly from acl1_100k.</summary>
[Config(typeof(LinearOfFewRules))]
public class RuleCountBenchmarks
{
    private const int Packets = 16_384;

    private readonly int[] _answers = new int[64];
    private IUpdatableClassifier _preferred = null!;
    private LinearClassifier _linear = null!;
    private IClassifierReader _preferredReader = null!;
    private IClassifierReader _linearReader = null!;
    private FlowKeyBatch[] _batches = [];

    /// <summary>Rules.</summary>
    [Params(8, 16, 32, 64, 128, 256, 512, 1_000, 10_000, 100_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SetWorkload workload = new("acl1_100k", count: Rules);
        RuleSet rules = RuleSet.InOrder(workload.Rules);
        _preferred = ClassifierCatalog.Build(rules);
        _linear = new LinearClassifier(rules);
        _preferredReader = _preferred.OpenReader();
        _linearReader = _linear.OpenReader();
        _batches = workload.Packets(_preferred.Freeze(), Packets, hit: true);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _preferredReader.Dispose();
        _linearReader.Dispose();
        _preferred.Dispose();
        _linear.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public int Preferred() => Classify(_preferredReader);

    [Benchmark(OperationsPerInvoke = Packets, Baseline = true)]
    public int Linear() => Classify(_linearReader);

    private int Classify(IClassifierReader reader)
    {
        int sum = 0;
        foreach (FlowKeyBatch batch in _batches)
        {
            reader.Classify(batch, _answers);
            sum += _answers[0];
        }

        return sum;
    }

    // With many rules the baseline would take most of the hours, to show what is known.
    private sealed class LinearOfFewRules : ManualConfig
    {
        private const int MostRules = 512;

        public LinearOfFewRules() => AddFilter(new SimpleFilter(benchmark =>
            benchmark.Descriptor.WorkloadMethod.Name != nameof(Linear) || (int)benchmark.Parameters[nameof(Rules)] <= MostRules));
    }
}
