using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Tap.Interop;

namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>A transmit queue: one descriptor, as long as the interface is there.</summary>
internal sealed class TapTxQueue(TapPort port) : InterfaceTxQueue<TapDescriptor>(port)
{
    private readonly TapPort _port = port;

    protected override int Transmit(TapDescriptor descriptor, PacketArena arena, ReadOnlySpan<PacketBuffer> buffers)
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
