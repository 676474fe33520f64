using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.LibPcap.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;
using SharpPcap.LibPcap;

namespace NetworkingSfc.Dataplane.Ports.LibPcap;

/// <summary>
/// A port on a network interface, over libpcap: it runs wherever a capture tool runs. One queue each way, both for the
/// same worker.
/// </summary>
/// <remarks>
/// <para>
/// Receives what arrives at the interface for any address, and nothing that leaves it: not its own frames, and not those
/// of the host. The host's own protocols see the same frames, so the interface should have no
/// IP address. Frames that the kernel has joined on receipt (GRO) or whose checksum a local sender left to the hardware
/// are seen as they are: switch these offloads off on the sending side.
/// </para>
/// <para>
/// Measured with SharpPcap 6.3.1 and libpcap 1.10.3 on a veth pair: receiving allocates nothing, because packets are
/// taken as pointers (<c>GetNextPacketPointers</c>); SharpPcap's <c>GetNextPacket</c> would allocate 96 bytes a packet and
/// poll for up to 500 ms. Sending allocates nothing. Never waits: an empty interface costs one <c>poll</c> call.
/// </para>
/// </remarks>
internal sealed class LibPcapPort : IPort, IRxQueue, ITxQueue
{
    private const int PacketRead = 1;

    private readonly LibPcapLiveDevice _device;
    private readonly PcapHandle _handle;
    private readonly string _goneFault;
    private readonly string _downFault;
    private readonly QueueClaims _rxClaims = new("receive", 1);
    private readonly QueueClaims _txClaims = new("transmit", 1);
    private PacketArena? _rxArena;
    private PacketArena? _txArena;
    private string? _fault;
    private bool _isDown;
    private bool _isGone;
    private bool _isDisposed;
    private long _received;
    private long _sent;
    private long _oversize;
    private long _lost;
    private long _refused;

    /// <summary>Takes over an opened device: Ethernet, not blocking, received frames only.</summary>
    public LibPcapPort(LibPcapLiveDevice device)
    {
        _device = device;
        _handle = device.Handle;
        _goneFault = $"The interface '{device.Name}' has gone; accepted is one that exists as long as the port.";
        _downFault = $"The interface '{device.Name}' is down; frames are sent again when it is up.";
    }

    public int RxQueueCount => 1;

    public int TxQueueCount => 1;

    public string? Fault => Volatile.Read(ref _fault);

    public bool IsLost => Volatile.Read(ref _isGone);

    public PortStatistics Statistics
    {
        get
        {
            if (!_isDisposed && LibPcapInterop.ReadStatistics(_handle, out LibPcapInterop.Statistics counted) == 0)
            {
                _lost = (long)counted.Dropped + counted.InterfaceDropped;
            }

            return new PortStatistics(_received, _sent, _oversize, _lost, _refused);
        }
    }

    // SharpPcap would pass a closed handle on to libpcap as a null pointer.
    private bool IsOpen => !_isDisposed && !_isGone;

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        _rxArena = arena;
        return this;
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        _txArena = arena;
        return this;
    }

    public void Receive(PacketBatch batch)
    {
        // Not more packets a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0 && IsOpen; attempt--)
        {
            // The slot comes first: a packet that was read cannot be put back.
            if (!_rxArena!.TryRent(out int slot))
            {
                return;
            }

            nint header = 0;
            nint data = 0;
            int status = _device.GetNextPacketPointers(ref header, ref data);
            if (status != PacketRead)
            {
                _rxArena.Return(slot);
                if (status < 0)
                {
                    Stop($"The interface '{_device.Name}' cannot be read any more: {_device.LastError}; accepted is one that exists as long as the port.");
                }

                return;
            }

            ReadOnlySpan<byte> frame = LibPcapInterop.View(header, data, out int wireLength, out long timestampNanoseconds);
            if (frame.Length > _rxArena.FrameBytes)
            {
                _oversize++;
                _rxArena.Return(slot);
                continue;
            }

            frame.CopyTo(_rxArena.Slot(slot)[PacketArena.HeadroomBytes..]);
            _rxArena.Origin(slot).TimestampNanoseconds = timestampNanoseconds;
            batch.Append(slot, PacketArena.HeadroomBytes, frame.Length, wireLength);
            _received++;
        }
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        for (int taken = 0; taken < buffers.Length; taken++)
        {
            ref readonly PacketBuffer buffer = ref buffers[taken];
            if (!IsOpen || !TrySend(_txArena!.Frame(buffer)))
            {
                return taken;
            }

            _txArena.Return(buffer.Slot);
        }

        return buffers.Length;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _device.Dispose();
        }
    }

    // False when the frame stays the caller's.
    private bool TrySend(ReadOnlySpan<byte> frame)
    {
        if (LibPcapInterop.Inject(_handle, frame, (nuint)frame.Length) >= 0)
        {
            _sent++;
            if (_isDown)
            {
                _isDown = false;
                Volatile.Write(ref _fault, null);
            }

            return true;
        }

        switch (Marshal.GetLastPInvokeError())
        {
            case LinuxError.MessageTooLong or LinuxError.InvalidArgument:
                // The interface would never take it; leaving it to the caller would hold up the frames behind it.
                _refused++;
                return true;
            case LinuxError.NetworkDown:
                _isDown = true;
                Volatile.Write(ref _fault, _downFault);
                return false;
            case LinuxError.NoSuchDevice or LinuxError.NoDevice:
                Stop(_goneFault);
                return false;
            default:
                // A full queue or send buffer: the next call may find room.
                return false;
        }
    }

    private void Stop(string fault)
    {
        Volatile.Write(ref _fault, fault);
        Volatile.Write(ref _isGone, true);
    }
}
