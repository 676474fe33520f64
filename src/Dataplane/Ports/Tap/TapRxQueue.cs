using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Ports.Tap.Interop;

namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>A receive queue: one descriptor, as long as the interface is there.</summary>
internal sealed class TapRxQueue(TapPort port) : InterfaceRxQueue<TapDescriptor>
{
    // A frame left to segmentation is an IP packet of at most 64 KiB; the rest is for its link header and the header before.
    private const int LargestReadBytes = ushort.MaxValue + 1 + 128;

    private readonly TapPort _port = port;

    // What was read last. A frame that finds no slot, or whose segments find none, stays here.
    private readonly byte[] _read = GC.AllocateUninitializedArray<byte>(LargestReadBytes, pinned: true);

    private int _length;

    protected override void Forget() => _length = 0;

    protected override void Receive(TapDescriptor descriptor, FrameIntake intake, PacketBatch batch)
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
                CountBroken();
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
