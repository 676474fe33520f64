using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>Receives the same frames over and over, each copied into a fresh slot, and takes whatever is sent to it.</summary>
internal sealed class FramePort(byte[][] frames) : IPort, IRxQueue, ITxQueue
{
    private PacketArena? _arena;
    private int _next;

    public int RxQueueCount => 1;

    public int TxQueueCount => 1;

    public PortStatistics Statistics => default;

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _arena = arena;
        return this;
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _arena = arena;
        return this;
    }

    public void Receive(PacketBatch batch)
    {
        while (frames.Length > 0 && batch.Free > 0 && batch.Arena.TryRent(out int slot))
        {
            byte[] frame = frames[_next];
            _next = _next + 1 == frames.Length ? 0 : _next + 1;
            frame.CopyTo(batch.Arena.Slot(slot)[PacketArena.HeadroomBytes..]);
            batch.Append(slot, PacketArena.HeadroomBytes, frame.Length, frame.Length);
        }
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        foreach (ref readonly PacketBuffer buffer in buffers)
        {
            _arena!.Return(buffer.Slot);
        }

        return buffers.Length;
    }

    public void Dispose()
    {
    }
}
