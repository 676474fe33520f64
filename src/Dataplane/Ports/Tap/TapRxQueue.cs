using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Ports.Tap.Interop;

namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>A receive queue: one descriptor, as long as the interface is there.</summary>
internal sealed class TapRxQueue(TapPort port) : IRxQueue
{
    // A frame left to segmentation is an IP packet of at most 64 KiB; the rest is for its link header and the header before.
    private const int LargestReadBytes = ushort.MaxValue + 1 + 128;

    private readonly TapPort _port = port;
    private readonly BurstGate _gate = new();

    // What was read last. A frame that finds no slot, or whose segments find none, stays here.
    private readonly byte[] _read = GC.AllocateUninitializedArray<byte>(LargestReadBytes, pinned: true);

    private FrameIntake? _intake;
    private TapDescriptor? _descriptor;
    private int _length;
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

        if (_descriptor is not null)
        {
            Receive(_descriptor, _intake!, batch);
        }

        _gate.Leave();
    }

    /// <summary>Takes another descriptor, or none. The control side only.</summary>
    public void Replace(TapDescriptor? descriptor)
    {
        _gate.Close();
        _descriptor = descriptor;
        _length = 0;
        _intake?.Abandon();
        _gate.Leave();
    }

    private void Receive(TapDescriptor descriptor, FrameIntake intake, PacketBatch batch)
    {
        // Not more frames a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0 && (_length > 0 || TryRead(descriptor, batch)); attempt--)
        {
            if (_length == LargestReadBytes)
            {
                intake.RefuseCut();
            }
            else if (_length < VirtioNetHeader.LengthBytes)
            {
                _invalid++;
            }
            else
            {
                VirtioNetHeader header = VirtioNetHeader.Read(_read);
                if (!intake.TryTake(_read.AsSpan(VirtioNetHeader.LengthBytes.._length), in header, timestampNanoseconds: 0, batch))
                {
                    return;
                }
            }

            _length = 0;
        }
    }

    private bool TryRead(TapDescriptor descriptor, PacketBatch batch)
    {
        if (batch.Free == 0)
        {
            return false;
        }

        _length = descriptor.Read(_read, out int error);
        if (error != 0)
        {
            _port.Report(error);
        }

        return _length > 0;
    }
}
