using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does a frame in no chain cost in a network that learns: learning its station, and finding the one it is for?</summary>
public class SwitchStageBenchmarks : StageBenchmarks
{
    private const int From = 0;
    private const int To = 1;

    /// <summary>Stations on each side.</summary>
    [Params(16, StageBursts.Frames)]
    public int Stations { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SteeringDefinition definition = new()
        {
            Generation = 1,
            Networks = [new NetworkDefinition(UplinkPort: -1, Learns: true)],
            Ports = [.. ImmutableArray.Create(From, To).Select(port => new PortDefinition(0, Mac(port, StageBursts.Frames), [], 0, RuleTable: -1))],
            Groups = [],
            Paths = [],
            RuleTables = [],
        };
        byte[][] frames = FlowFrames.Make(StageBursts.Frames, StageBursts.Frames);
        for (int number = 0; number < frames.Length; number++)
        {
            frames[number] = [.. frames[number]];
            EthernetHeader.Write(frames[number], Mac(To, number % Stations), Mac(From, number % Stations), EtherType.Ipv4);
        }

        Bursts = new StageBursts(definition, From, frames, (batch, snapshot, worker) =>
        {
            ParseStage.Run(batch);
            for (int station = 0; station < Stations; station++)
            {
                _ = worker.MacTable.Learn(0, Mac(To, station), To, 0, snapshot.Definition.HashSeed);
            }

            LearnStage.Run(batch, snapshot, worker);
            ClassifyStage.Run(batch, snapshot, worker);
        });
    }

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Learn() => Bursts.Run(LearnStage.Run);

    [Benchmark(OperationsPerInvoke = StageBursts.Frames)]
    public long Switch() => Bursts.Run(SwitchStage.Run);

    private static MacAddress Mac(int side, int station) => new(0x0200_0000_0000 + ((ulong)side << 32) + (ulong)station);
}
