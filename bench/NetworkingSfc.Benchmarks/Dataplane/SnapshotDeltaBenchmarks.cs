using System.Buffers;
using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>
/// What does one classifier more cost between the two roles: write, read, and build the snapshot, as a delta and as a whole?
/// The bytes are printed at setup.
/// </summary>
public class SnapshotDeltaBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly RuleTableWriters _writers = new();
    private SteeringDefinition _before = null!;
    private SteeringDefinition _next = null!;
    private byte[] _whole = [];
    private byte[] _delta = [];
    private SteeringSnapshot _snapshot = null!;

    /// <summary>Rules before the change.</summary>
    [Params(10_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _before = OneHopChain.Define(Rules, EncapsulationKind.Nsh);
        RuleTableDefinition table = _before.RuleTables[0];
        _next = _before with { Generation = 2, RuleTables = [new RuleTableDefinition(table.Rules.Insert(Rules / 2, table.Rules[0] with { HopsDone = 1 }))] };
        WriteWhole();
        _whole = _buffer.WrittenSpan.ToArray();
        WriteDelta();
        _delta = _buffer.WrittenSpan.ToArray();
        Console.WriteLine($"// whole {_whole.Length} bytes, delta {_delta.Length} bytes");
        _snapshot = SteeringSnapshotBuilder.Build(_before, previous: null, _writers);
    }

    [Benchmark(Baseline = true)]
    public int WriteWhole()
    {
        _buffer.ResetWrittenCount();
        SnapshotEncoder.Encode(_next, _buffer);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public int WriteDelta()
    {
        _buffer.ResetWrittenCount();
        SnapshotDelta.Encode(_before, _next, _buffer);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public SteeringDefinition ReadWhole() => SnapshotDecoder.Decode(_whole);

    [Benchmark]
    public SteeringDefinition ReadDelta() => SnapshotDelta.Apply(_before, _delta);

    [Benchmark]
    public void ReadWholeAndBuildAnew() => SteeringSnapshotBuilder.Build(SnapshotDecoder.Decode(_whole)).Retire(newer: null);

    /// <summary>There and back, so half of what it takes is one change.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void ReadDeltaAndBuild()
    {
        Follow(SnapshotDelta.Apply(_before, _delta));
        Follow(_before);
    }

    private void Follow(SteeringDefinition next)
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(next, _snapshot, _writers);
        _snapshot.Retire(snapshot);
        _snapshot = snapshot;
    }
}
