using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.AfPacket.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;

namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>A transmit queue: one ring, as long as the interface is there.</summary>
/// <remarks>
/// Nothing waits in the ring for a later call: what the kernel does not take at once is taken out again and stays the worker's.
/// </remarks>
internal sealed class AfPacketTxQueue(AfPacketPort port) : InterfaceTxQueue<TransmitRing>(port)
{
    private readonly AfPacketPort _port = port;

    /// <summary>Whether the interface carries longer frames than the ring. The control side only.</summary>
    public bool IsTooShortFor(int mtuBytes) => Sink is not null && Sink.LargestFrame < TransmitRing.LargestFrameOf(mtuBytes);

    protected override int Transmit(TransmitRing ring, PacketArena arena, ReadOnlySpan<PacketBuffer> buffers)
    {
        int taken = 0;
        while (taken < buffers.Length)
        {
            int put = Put(ring, arena, buffers[taken..]);
            if (put == 0)
            {
                if (buffers[taken].Length <= ring.LargestFrame)
                {
                    // The ring is full of frames that the interface has not sent yet.
                    break;
                }

                SendRefused++;
                arena.Return(buffers[taken++].Slot);
                continue;
            }

            int sent = ring.Send(put, out bool isRefused, out int error);
            int done = isRefused ? sent + 1 : sent;
            for (int frame = 0; frame < done; frame++)
            {
                arena.Return(buffers[taken + frame].Slot);
            }

            SentPackets += sent;
            SendRefused += done - sent;
            taken += done;
            if (sent < put && !isRefused)
            {
                _port.Report(error);
                break;
            }
        }

        return taken;
    }

    // Frames put into the ring, up to the first that is too long for it.
    private static int Put(TransmitRing ring, PacketArena arena, ReadOnlySpan<PacketBuffer> buffers)
    {
        int put = 0;
        while (put < buffers.Length && buffers[put].Length <= ring.LargestFrame && ring.TryPut(put, arena.Frame(buffers[put])))
        {
            put++;
        }

        return put;
    }
}
