using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Ports.Memory;

/// <summary>One queue each way of a <see cref="MemoryPort"/>: its two rings and what was counted at the forwarder's ends.</summary>
internal sealed class MemoryQueue(MemoryPort port, int frames, int frameBytes)
{
    private readonly MemoryPort _port = port;

    /// <summary>Frames from the peer.</summary>
    public FrameRing ToForwarder { get; } = new(frames, frameBytes);

    /// <summary>Frames to the peer.</summary>
    public FrameRing ToPeer { get; } = new(frames, frameBytes);

    public long ReceivedPackets { get; private set; }

    public long SentPackets { get; private set; }

    public long ReceiveOversize { get; private set; }

    public long SendRefused { get; private set; }

    public IRxQueue OpenRx(PacketArena arena) => new Rx(this, arena);

    public ITxQueue OpenTx(PacketArena arena) => new Tx(this, arena);

    private sealed class Rx(MemoryQueue queue, PacketArena arena) : IRxQueue
    {
        public void Receive(PacketBatch batch)
        {
            // Not more frames a call than a batch holds, also when none of them fits: the worker has other queues.
            for (int attempt = batch.Free; attempt > 0; attempt--)
            {
                if (!queue.ToForwarder.TryPeek(out ReadOnlySpan<byte> frame, out int wireLength))
                {
                    return;
                }

                if (frame.Length > arena.FrameBytes)
                {
                    queue.ReceiveOversize++;
                    queue.ToForwarder.Release();
                    continue;
                }

                if (!arena.TryRent(out int slot))
                {
                    return;
                }

                PacketWork.Copy(frame.Length);
                frame.CopyTo(arena.Slot(slot)[PacketArena.HeadroomBytes..]);
                batch.Append(slot, PacketArena.HeadroomBytes, frame.Length, wireLength);
                queue.ReceivedPackets++;
                queue.ToForwarder.Release();
            }
        }
    }

    private sealed class Tx(MemoryQueue queue, PacketArena arena) : ITxQueue
    {
        public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
        {
            if (queue._port.IsClosed)
            {
                return 0;
            }

            for (int taken = 0; taken < buffers.Length; taken++)
            {
                ref readonly PacketBuffer buffer = ref buffers[taken];
                if (buffer.Length > queue._port.FrameBytes)
                {
                    // It would never fit; leaving it to the caller would hold up the frames behind it.
                    queue.SendRefused++;
                }
                else if (queue.ToPeer.TryWrite(arena.Frame(buffer), buffer.WireLength))
                {
                    queue.SentPackets++;
                }
                else
                {
                    return taken;
                }

                arena.Return(buffer.Slot);
            }

            return buffers.Length;
        }
    }
}
