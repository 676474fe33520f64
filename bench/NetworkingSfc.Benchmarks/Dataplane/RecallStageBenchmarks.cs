using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to look a frame up among the live flows, when its flow is remembered and when it is not?</summary>
public class RecallStageBenchmarks : StageBenchmarks
{
    /// <summary>Whether the flows are remembered.</summary>
    [Params(true, false)]
    public bool Known { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Bursts = new StageBursts(
            OneHopChain.Define(rules: 100, EncapsulationKind.Nsh), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
            static (batch, _, _) => ParseStage.Run(batch));
        if (Known)
        {
            Bursts.Run(static (batch, snapshot, worker) =>
            {
                RecallStage.Run(batch, snapshot, worker);
                ClassifyStage.Run(batch, snapshot, worker);
                SelectStage.Run(batch, snapshot, worker);
                RememberStage.Run(batch, snapshot, worker);
            });
        }
    }


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Recall() => Bursts.Run(RecallStage.Run);
}
