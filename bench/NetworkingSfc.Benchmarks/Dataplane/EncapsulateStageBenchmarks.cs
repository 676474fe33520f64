using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to put a burst into the encapsulation of its members?</summary>
public class EncapsulateStageBenchmarks : StageBenchmarks
{
    /// <summary>The header. MPLS moves bytes that are not put back: <see cref="EncapsulateBenchmarks"/> has it.</summary>
    [Params("Plain", "Nsh")]
    public string Kind { get; set; } = "Nsh";

    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(rules: 1, Enum.Parse<EncapsulationKind>(Kind)), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
        static (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            ClassifyStage.Run(batch, snapshot, worker);
            SelectStage.Run(batch, snapshot, worker);
        });


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Encapsulate() => Bursts.Run(static (batch, snapshot, _) => EncapsulateStage.Run(batch, snapshot));
}
