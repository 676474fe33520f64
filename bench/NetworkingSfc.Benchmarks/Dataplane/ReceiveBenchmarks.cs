using BenchmarkDotNet.Attributes;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>What does receiving cost before any stage: a fresh slot, the copy into it, a row of the batch, and the slot's way back?</summary>
public class ReceiveBenchmarks
{
    private const int Frames = 16_384;
    private const int Slots = 256;

    private readonly PacketArena _arena = new(Slots, 2_048);
    private PacketBatch _batch = null!;
    private FramePort _port = null!;

    /// <summary>Bytes of a frame.</summary>
    [Params(64, 1_514)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _batch = new PacketBatch(_arena);
        _port = new FramePort([.. FlowFrames.Make(Frames, Frames).Select(frame => (byte[])[.. frame, .. new byte[Bytes - frame.Length]])]);
    }

    [GlobalCleanup]
    public void Cleanup() => _arena.Dispose();

    [Benchmark(OperationsPerInvoke = Frames)]
    public int ReceiveAndReturn()
    {
        for (int burst = 0; burst < Frames / PacketBatch.Capacity; burst++)
        {
            _batch.Begin(ingressPort: 0);
            _port.Receive(_batch);
            foreach (ref readonly PacketBuffer buffer in _batch.Buffers)
            {
                _arena.Return(buffer.Slot);
            }
        }

        return _arena.FreeCount;
    }
}
