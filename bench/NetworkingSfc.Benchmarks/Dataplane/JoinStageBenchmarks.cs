using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to enter a chain from the end of another: a key, the rules, the place?</summary>
public class JoinStageBenchmarks : StageBenchmarks
{
    /// <summary>Rules of the second chain.</summary>
    [Params(1, 100)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SteeringDefinition second = OneHopChain.Define(Rules, EncapsulationKind.Nsh);
        PathDefinition first = new(new ServicePathId(101), 101, false, false, [], [], Counter: 1) { NextRules = 0 };
        RuleTableDefinition enter = new([.. OneHopChain.Define(rules: 1, EncapsulationKind.Nsh).RuleTables[0].Rules.Select(rule => rule with { Path = 1 })]);
        SteeringDefinition both = second with
        {
            Ports = [second.Ports[0] with { RuleTable = 1 }, .. second.Ports[1..]],
            Paths = [.. second.Paths, first],
            RuleTables = [.. second.RuleTables, enter],
        };
        Bursts = new StageBursts(both, OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames), static (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            ClassifyStage.Run(batch, snapshot, worker);
        });
    }


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Join() => Bursts.Run(JoinStage.Run);
}
