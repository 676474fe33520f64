using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using NetworkingSfc.Classifier;
using NetworkingSfc.Sfc.Classify;

namespace NetworkingSfc.Benchmarks.Classifier;

/// <summary>What does it cost to classify a packet while another thread changes rules? Packets that match, bursts of 32; rules taken evenly from acl1_100k.</summary>
public class LookupsDuringUpdatesBenchmarks
{
    private const int Packets = 16_384;

    private readonly int[] _answers = new int[64];
    private readonly CancellationTokenSource _stop = new();
    private IUpdatableClassifier _classifier = null!;
    private IClassifierReader _reader = null!;
    private FlowKeyBatch[] _batches = [];
    private Thread _writer = null!;

    /// <summary>Rules installed.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Rules { get; set; }

    /// <summary>Single changes a second.</summary>
    [Params(0, 1_000)]
    public int UpdatesPerSecond { get; set; }

    /// <summary>Decisions remembered.</summary>
    [Params(false, true)]
    public bool Cache { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SetWorkload workload = new("acl1_100k", count: Rules);
        RuleSet rules = RuleSet.InOrder(workload.Rules);
        _classifier = ClassifierCatalog.Build(rules);
        _reader = _classifier.OpenReader(Cache ? DecisionCache.EntriesFor(Rules) : 0);
        _batches = workload.Packets(_classifier.Freeze(), Packets, hit: true);
        _writer = new Thread(() => Write(rules));
        _writer.Start();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _stop.Cancel();
        _writer.Join();
        _reader.Dispose();
        _classifier.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public int Classify()
    {
        int sum = 0;
        foreach (FlowKeyBatch batch in _batches)
        {
            _reader.Classify(batch, _answers);
            sum += _answers[0];
        }

        return sum;
    }

    // By the clock: what a sleep overslept is caught up on, so the rate holds.
    private void Write(RuleSet rules)
    {
        Random random = new(1);
        RankedRule? deleted = null;
        long started = Stopwatch.GetTimestamp();
        for (long done = 0; !_stop.IsCancellationRequested;)
        {
            for (; done < Stopwatch.GetElapsedTime(started).TotalSeconds * UpdatesPerSecond && !_stop.IsCancellationRequested; done++)
            {
                RankedRule next = deleted ?? rules.Rules[random.Next(rules.Rules.Length)];
                RuleChange change = deleted is null ? RuleChange.Delete(next.Id) : RuleChange.Add(next);
                deleted = deleted is null ? next : null;
                _classifier.Apply([change]);
            }

            Thread.Sleep(1);
        }
    }
}
