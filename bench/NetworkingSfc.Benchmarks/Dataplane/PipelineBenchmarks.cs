using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>
/// What does a whole engine step cost a packet: copy in, parse, classify, select one of four members, encapsulate, hand
/// to a null queue? 16,384 frames of 64 bytes.
/// </summary>
public class PipelineBenchmarks
{
    private const int Frames = 16_384;

    private Worker _worker = null!;

    /// <summary>Rules of the ingress port.</summary>
    [Params(1, 100)]
    public int Rules { get; set; }

    /// <summary>Flows that the frames are drawn from.</summary>
    [Params(10_000)]
    public int Flows { get; set; }

    /// <summary>What the members want.</summary>
    [Params("Plain", "Nsh", "Mpls")]
    public string Kind { get; set; } = "Plain";

    [GlobalSetup]
    public void Setup()
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(OneHopChain.Define(Rules, Enum.Parse<EncapsulationKind>(Kind)));
        _worker = new Worker(new SnapshotCell(snapshot), slotCount: 256, frameBytes: 2_048);
        FramePort port = new(FlowFrames.Make(Frames, Flows));
        foreach (int number in Enumerable.Range(0, snapshot.PortCount))
        {
            _worker.Attach(number, number == OneHopChain.SourcePort ? port : new FramePort([]), 0);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _worker.Dispose();

    [Benchmark(OperationsPerInvoke = Frames)]
    public long RunOnce()
    {
        for (int burst = 0; burst < Frames / PacketBatch.Capacity; burst++)
        {
            _worker.RunOnce();
        }

        return _worker.Counters.Sent;
    }
}
