using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to choose the member of a flow that is not remembered: its key, the hash, the Maglev table?</summary>
public class SelectStageBenchmarks : StageBenchmarks
{
    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(rules: 1, EncapsulationKind.Nsh), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
        static (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            ClassifyStage.Run(batch, snapshot, worker);
        });


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Select() => Bursts.Run(SelectStage.Run);
}
