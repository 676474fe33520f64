using BenchmarkDotNet.Attributes;
using NetworkingSfc.Classifier;
using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Sfc.Classify;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>
/// What can packets do to the classifier? Random packets inside rules without a cache are the baseline; the others are the
/// dearest thousand of them, packets crafted by somebody who knows the trees, and a flood that never repeats a key, with a cache.
/// </summary>
public class HostilePacketsBenchmarks
{
    private const int Packets = 16_384;
    private const int Sample = 3_125 * SetWorkload.Burst;
    private const int Worst = 1024;
    private const int ManyPackets = 1 << 19;
    private const int Seed = 7;

    private readonly int[] _answers = new int[64];
    private CutForest _forest = null!;
    private IClassifierReader _plain = null!;
    private IClassifierReader _cached = null!;
    private FlowKeyBatch[] _usual = [];
    private FlowKeyBatch[] _worst = [];
    private FlowKeyBatch[] _crafted = [];
    private FlowKeyBatch[] _flood = [];
    private int _next;

    /// <summary>The shared set, without the rule that matches everything.</summary>
    [Params("acl1_10k", "fw1_10k", "ipc1_10k", "acl1_100k")]
    public string Set { get; set; } = "";

    [GlobalSetup(Target = nameof(Usual))]
    public void SetUpUsual() => _usual = Prepare(Packets);

    [GlobalSetup(Targets = [nameof(DearestThousand), nameof(Crafted)])]
    public void SetUpDear()
    {
        FlowKey[] keys = [.. Prepare(Sample).SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => batch[row]))];
        FlowKey[] dearest = [.. keys.OrderByDescending(Cost).Take(Worst)];
        _worst = Batches(dearest);
        _crafted = Batches(Craft(dearest, keys));
    }

    [GlobalSetup(Target = nameof(FloodOfNewKeys))]
    public void SetUpFlood() => _flood = Prepare(ManyPackets);

    [GlobalCleanup]
    public void Cleanup()
    {
        _plain.Dispose();
        _cached.Dispose();
        _forest.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets)]
    public int Usual() => Run(_plain, _usual);

    [Benchmark(OperationsPerInvoke = Packets)]
    public int DearestThousand() => Run(_plain, _worst);

    [Benchmark(OperationsPerInvoke = Packets)]
    public int Crafted() => Run(_plain, _crafted);

    [Benchmark(OperationsPerInvoke = Packets)]
    public int FloodOfNewKeys() => Run(_cached, _flood);

    private FlowKeyBatch[] Prepare(int packets)
    {
        SetWorkload workload = new(Set);
        _forest = (CutForest)ClassifierCatalog.Build(RuleSet.InOrder(workload.Rules));
        _plain = _forest.OpenReader();
        _cached = _forest.OpenReader(DecisionCache.EntriesFor(workload.Rules.Length));
        return workload.Packets(_forest.Freeze(), packets, hit: true);
    }

    private static FlowKeyBatch[] Batches(FlowKey[] keys) => [.. keys.Chunk(SetWorkload.Burst).Select(chunk =>
    {
        FlowKeyBatch batch = new(SetWorkload.Burst);
        foreach (FlowKey key in chunk)
        {
            batch.Add(key);
        }

        return batch;
    })];

    private int Run(IClassifierReader reader, FlowKeyBatch[] batches)
    {
        int sum = 0;
        _next %= batches.Length;
        for (int batch = 0; batch < Packets / SetWorkload.Burst; batch++)
        {
            FlowKeyBatch current = batches[_next];
            _next = (_next + 1) % batches.Length;

            // A forwarder's keys are in the first cache; those of a flood kept in memory are not.
            batches[_next].Prefetch(1);
            reader.Classify(current, _answers);
            sum += _answers[0];
        }

        return sum;
    }

    private int Cost(FlowKey key)
    {
        LookupEffort effort = _forest.EffortOf(key);
        return effort.Steps + effort.Blocks;
    }

    // Fields are taken over from other packets for as long as that makes a packet dearer.
    private FlowKey[] Craft(FlowKey[] start, FlowKey[] others)
    {
        Random random = new(Seed);
        return [.. start.Select(key =>
        {
            int cost = Cost(key);
            for (int attempt = 0; attempt < 100; attempt++)
            {
                FlowKey other = others[random.Next(others.Length)];
                FlowKey changed = new()
                {
                    EtherType = key.EtherType,
                    SourceAddress = random.Next(2) == 0 ? key.SourceAddress : other.SourceAddress,
                    DestinationAddress = random.Next(2) == 0 ? key.DestinationAddress : other.DestinationAddress,
                    SourcePort = random.Next(2) == 0 ? key.SourcePort : other.SourcePort,
                    DestinationPort = random.Next(2) == 0 ? key.DestinationPort : other.DestinationPort,
                    Protocol = random.Next(2) == 0 ? key.Protocol : other.Protocol,
                };
                (key, cost) = Cost(changed) >= cost ? (changed, Cost(changed)) : (key, cost);
            }

            return key;
        })];
    }
}
