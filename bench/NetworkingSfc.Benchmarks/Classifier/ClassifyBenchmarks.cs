using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using NetworkingSfc.Classifier;
using NetworkingSfc.Sfc.Classify;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>What the reader remembers, and whether that can help.</summary>
public enum CacheUse
{
    /// <summary>No decision cache.</summary>
    Off,

    /// <summary>The same packets over and over, fewer than the cache holds.</summary>
    Warm,

    /// <summary>Half a million packets in turn, many more than the cache holds: what was remembered of one is gone when it comes again.</summary>
    NeverRepeated,
}

/// <summary>
/// What does it cost to classify a packet, by the shared sets? Bursts of 32; the preferred implementation, or the one
/// that <c>SFC_CLASSIFIER</c> names.
/// </summary>
[Config(typeof(MissesNotRemembered))]
public class ClassifyBenchmarks
{
    private const int Packets = 16_384;
    private const int ManyPackets = 1 << 19;

    private readonly int[] _answers = new int[64];
    private IUpdatableClassifier _classifier = null!;
    private IClassifierReader _reader = null!;
    private FlowKeyBatch[] _batches = [];
    private int _next;

    /// <summary>The shared set, without the rule that matches everything.</summary>
    [Params("acl1_1k", "fw1_1k", "ipc1_1k", "acl1_10k", "fw1_10k", "ipc1_10k", "acl1_100k")]
    public string Set { get; set; } = "";

    /// <summary>Family.</summary>
    [Params(false, true)]
    public bool Ipv6 { get; set; }

    /// <summary>Packets that match a rule, or packets that match none.</summary>
    [Params(true, false)]
    public bool Hit { get; set; }

    /// <summary>Decision cache.</summary>
    [ParamsAllValues]
    public CacheUse Cache { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SetWorkload workload = new(Set, Ipv6);
        _classifier = ClassifierCatalog.Build(RuleSet.InOrder(workload.Rules));
        _reader = _classifier.OpenReader(Cache == CacheUse.Off ? 0 : DecisionCache.EntriesFor(workload.Rules.Length));
        _batches = workload.Packets(_classifier.Freeze(), Cache == CacheUse.NeverRepeated ? ManyPackets : Packets, Hit);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reader.Dispose();
        _classifier.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public int Classify()
    {
        int sum = 0;
        for (int batch = 0; batch < Packets / SetWorkload.Burst; batch++)
        {
            FlowKeyBatch current = _batches[_next];
            _next = (_next + 1) % _batches.Length;

            // A forwarder's keys are in the first cache; those of a trace kept in memory are not.
            _batches[_next].Prefetch(Ipv6 ? FlowKeyBatch.AddressWords : 1);
            _reader.Classify(current, _answers);
            sum += _answers[0];
        }

        return sum;
    }

    // A miss is remembered like a hit: once without a cache says it.
    private sealed class MissesNotRemembered : ManualConfig
    {
        public MissesNotRemembered() => AddFilter(new SimpleFilter(benchmark =>
            (bool)benchmark.Parameters[nameof(Hit)] || (CacheUse)benchmark.Parameters[nameof(Cache)] == CacheUse.Off));
    }
}
