using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does it cost to remember a flow: one that the table has, and ever new ones that push each other out of a full table?</summary>
public class RememberStageBenchmarks : StageBenchmarks
{
    private static ulong _turn;

    [GlobalSetup]
    public void Setup() => Bursts = new StageBursts(
        OneHopChain.Define(rules: 100, EncapsulationKind.Nsh), OneHopChain.SourcePort, FlowFrames.Make(StageBursts.Frames, StageBursts.Frames),
        static (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            RecallStage.Run(batch, snapshot, worker);
            ClassifyStage.Run(batch, snapshot, worker);
            SelectStage.Run(batch, snapshot, worker);
        },
        flows: StageBursts.Frames);


    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long RememberAgain() => Bursts.Run(RememberStage.Run);

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long FindOthers() => Bursts.Run(FindOthers);

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long RememberOthers() => Bursts.Run(static (batch, snapshot, worker) =>
    {
        FindOthers(batch, snapshot, worker);
        RememberStage.Run(batch, snapshot, worker);
    });

    // The same frames, as if of flows that were never seen before.
    private static void FindOthers(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        foreach (ref FlowTuple tuple in batch.Tuples)
        {
            tuple.Address1 = ++_turn;
        }

        worker.Flows.Find(batch.Tuples);
    }
}
