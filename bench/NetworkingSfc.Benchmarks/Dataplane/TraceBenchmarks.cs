using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>
/// What does tracing cost a packet of the engine step of <see cref="PipelineBenchmarks"/>: off, on with a filter that nothing
/// matches, on with every packet recorded (and read, by the same thread), and on while
/// the ring is full?
/// </summary>
public class TraceBenchmarks
{
    private const int Frames = 16_384;
    private const int StepsBetweenReads = 8;

    private readonly List<TraceRecord> _records = [];
    private WorkerGroup _workers = null!;
    private Worker _worker = null!;
    private PacketTrace? _trace;

    /// <summary>What is traced.</summary>
    [Params("Off", "NoMatch", "Full", "Match")]
    public string Trace { get; set; } = "Off";

    [GlobalSetup]
    public void Setup()
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(OneHopChain.Define(rules: 1, EncapsulationKind.Nsh));
        _workers = new WorkerGroup(new SnapshotCell(snapshot), new WorkerGroupOptions { SlotsPerWorker = 256 });
        _worker = _workers.Workers[0];
        FramePort port = new(FlowFrames.Make(Frames, flows: 10_000));
        foreach (int number in Enumerable.Range(0, snapshot.PortCount))
        {
            _worker.Attach(number, number == OneHopChain.SourcePort ? port : new FramePort([]), 0);
        }

        TraceFilter filter = Trace == "NoMatch" ? new TraceFilter { Rules = [new(0x86dd) { Protocol = 17 }] } : new TraceFilter();
        _trace = Trace == "Off" ? null : _workers.StartTrace(new TraceRequest(filter, int.MaxValue, TraceRequest.LongestTime));
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark(OperationsPerInvoke = Frames)]
    public long RunOnce()
    {
        for (int burst = 0; burst < Frames / PacketBatch.Capacity; burst++)
        {
            _worker.RunOnce();
            if (burst % StepsBetweenReads == 0 && Trace == "Match")
            {
                _records.Clear();
                _trace!.Read(_records);
            }
        }

        return _worker.Counters.Sent;
    }
}
