using BenchmarkDotNet.Attributes;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>
/// One stage over bursts that are put back before each run; what putting them back takes is the baseline, to be subtracted.
/// </summary>
public abstract class StageBenchmarks
{
    private protected StageBursts Bursts { get; set; } = null!;

    [GlobalCleanup]
    public void Cleanup() => Bursts.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = StageBursts.Frames)]
    public long PutBack() => Bursts.PutBack();
}
