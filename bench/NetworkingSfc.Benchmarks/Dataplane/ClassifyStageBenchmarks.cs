using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does the classify stage cost a frame that no flow is remembered for: its key, the rules, its position?</summary>
public class ClassifyStageBenchmarks : StageBenchmarks
{
    /// <summary>Rules of the ingress port.</summary>
    [Params(1, 100, 10_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(Rules, EncapsulationKind.Nsh), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
        static (batch, _, _) => ParseStage.Run(batch));

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Classify() => Bursts.Run(ClassifyStage.Run);
}
