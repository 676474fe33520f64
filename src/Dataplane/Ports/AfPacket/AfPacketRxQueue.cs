using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.AfPacket.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Offload;

namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>A receive queue: one ring, as long as the interface is there.</summary>
internal sealed class AfPacketRxQueue : InterfaceRxQueue<ReceiveRing>
{
    private long _lost;

    /// <summary>Frames that found the ring full, since the port was opened. The control side only.</summary>
    public long ReadLost() => _lost += Source?.TakeLost() ?? 0;

    /// <summary>Takes another ring, or none, and frees the one before. The control side only.</summary>
    public void Take(ReceiveRing? ring)
    {
        ReadLost();
        Replace(ring)?.Dispose();
    }

    protected override void Receive(ReceiveRing ring, FrameIntake intake, PacketBatch batch)
    {
        // Not more frames a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0; attempt--)
        {
            switch (ring.Peek(out ReceivedFrame frame))
            {
                case PeekResult.Nothing:
                    return;
                case PeekResult.Broken:
                    CountBroken();
                    continue;
                default:
                    if (frame.IsCut)
                    {
                        intake.RefuseCut();
                    }
                    else if (!intake.TryTake(frame.Bytes, in frame.Header, frame.TimestampNanoseconds, batch))
                    {
                        return;
                    }

                    ring.Release();
                    break;
            }
        }
    }
}
