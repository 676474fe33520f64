using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does a tap cost a frame: a slot, the copy, and the copy's way through the stages to its port?</summary>
public class CopyStageBenchmarks : StageBenchmarks
{
    [GlobalSetup]
    public void Setup()
    {
        SteeringDefinition plain = OneHopChain.Define(rules: 1, EncapsulationKind.Nsh);
        TapDefinition tap = new(0, ServiceIndex.Initial, plain.Paths[0].Hops[0] with { Wants = EncapsulationKind.Plain });
        Bursts = new StageBursts(
            plain with { Paths = [plain.Paths[0] with { Taps = [tap] }] }, OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
            static (batch, snapshot, worker) =>
            {
                ParseStage.Run(batch);
                ClassifyStage.Run(batch, snapshot, worker);
            });
    }


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Copy() => Bursts.Run(static (batch, snapshot, worker) => CopyStage.Run(batch, snapshot, worker, joins: 0));
}
