using System.Runtime.CompilerServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Sfc.Bench;

/// <summary>
/// A port at which held frames come in, over and over, each copied into a fresh buffer as a driver that owns its ring does;
/// and which takes whatever is sent to it.
/// </summary>
/// <param name="frames">The frames; null for a port at which nothing comes in.</param>
/// <param name="first">The frame to begin with, so that several workers are not at the same one.</param>
internal sealed class HeldFramesPort(HeldFrames? frames, int first) : IPort, IRxQueue, ITxQueue
{
    private readonly HeldFrames? _frames = frames;
    private int _next = first;
    private PacketArena? _arena;

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

    // A method of its own in the machine code too: a loop inside the worker's would have too few registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Receive(PacketBatch batch)
    {
        if (_frames is not { } frames)
        {
            return;
        }

        PacketArena arena = _arena!;
        int next = _next;
        for (int free = batch.Free; free > 0 && arena.TryRent(out int slot); free--)
        {
            int length = frames.CopyTo(next, arena.Slot(slot)[PacketArena.HeadroomBytes..]);
            next = next + 1 == frames.Count ? 0 : next + 1;
            batch.Append(slot, PacketArena.HeadroomBytes, length, length);
        }

        _next = next;
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        PacketArena arena = _arena!;
        foreach (ref readonly PacketBuffer buffer in buffers)
        {
            arena.Return(buffer.Slot);
        }

        return buffers.Length;
    }

    public void Dispose()
    {
    }
}
