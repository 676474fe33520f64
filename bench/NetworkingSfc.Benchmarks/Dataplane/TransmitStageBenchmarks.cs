using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to hand frames, mixed over four members, to the queues of their ports, and to count them?</summary>
public class TransmitStageBenchmarks : StageBenchmarks
{
    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(rules: 1, EncapsulationKind.Nsh), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
        static (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            ClassifyStage.Run(batch, snapshot, worker);
            SelectStage.Run(batch, snapshot, worker);
            EncapsulateStage.Run(batch, snapshot);
        });

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Transmit() => Bursts.Run(TransmitStage.Run);
}
