using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.AfPacket.Interop;
using NetworkingSfc.Dataplane.Ports.Offload;

namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>A receive queue: one ring, as long as the interface is there.</summary>
internal sealed class AfPacketRxQueue : IRxQueue
{
    private readonly BurstGate _gate = new();
    private FrameIntake? _intake;
    private ReceiveRing? _ring;
    private long _lost;
    private long _invalid;

    public long ReceivedPackets => _intake?.Received ?? 0;

    public long ReceiveOversize => _intake?.Oversize ?? 0;

    public long ReceiveInvalid => (_intake?.Invalid ?? 0) + _invalid;

    /// <summary>Gives the queue to a worker.</summary>
    public void Open(PacketArena arena) => _intake = new FrameIntake(arena);

    public void Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        if (_ring is not null)
        {
            Receive(_ring, _intake!, batch);
        }

        _gate.Leave();
    }

    /// <summary>Frames that found the ring full, since the port was opened. The control side only.</summary>
    public long ReadLost() => _lost += _ring?.TakeLost() ?? 0;

    /// <summary>Takes another ring, or none, and frees the one before. The control side only.</summary>
    public void Replace(ReceiveRing? ring)
    {
        ReadLost();
        _gate.Close();
        ReceiveRing? before = _ring;
        _ring = ring;
        _intake?.Abandon();
        _gate.Leave();
        before?.Dispose();
    }

    private void Receive(ReceiveRing ring, FrameIntake intake, PacketBatch batch)
    {
        // Not more frames a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0; attempt--)
        {
            switch (ring.Peek(out ReceivedFrame frame))
            {
                case PeekResult.Nothing:
                    return;
                case PeekResult.Broken:
                    _invalid++;
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
