using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Tap.Interop;

namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>A transmit queue: one descriptor, as long as the interface is there.</summary>
internal sealed class TapTxQueue(TapPort port) : ITxQueue
{
    private readonly TapPort _port = port;
    private readonly BurstGate _gate = new();
    private PacketArena? _arena;
    private TapDescriptor? _descriptor;

    public long SentPackets { get; private set; }

    public long SendRefused { get; private set; }

    /// <summary>Gives the queue to a worker.</summary>
    public void Open(PacketArena arena) => _arena = arena;

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter())
        {
            return 0;
        }

        int taken = _descriptor is not null && _port.Fault is null ? Transmit(_descriptor, _arena!, buffers) : 0;
        _gate.Leave();
        return taken;
    }

    /// <summary>Takes another descriptor, or none. The control side only.</summary>
    public void Replace(TapDescriptor? descriptor)
    {
        _gate.Close();
        _descriptor = descriptor;
        _gate.Leave();
    }

    private int Transmit(TapDescriptor descriptor, PacketArena arena, ReadOnlySpan<PacketBuffer> buffers)
    {
        for (int taken = 0; taken < buffers.Length; taken++)
        {
            switch (descriptor.Write(arena.Frame(buffers[taken])))
            {
                case 0:
                    SentPackets++;
                    break;
                case LinuxError.InvalidArgument or LinuxError.MessageTooLong:
                    // The interface would never take it; leaving it to the worker would hold up the frames behind it.
                    SendRefused++;
                    break;
                case int error:
                    _port.Report(error);
                    return taken;
            }

            arena.Return(buffers[taken].Slot);
        }

        return buffers.Length;
    }
}
