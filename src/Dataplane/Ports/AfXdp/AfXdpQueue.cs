using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.AfXdp.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Offload;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>
/// One queue each way of an <see cref="AfXdpPort"/>. The port's thread gives it a socket and takes it away; frames are
/// copied between the socket's memory and the worker's, so neither ever holds the other's.
/// </summary>
internal sealed class AfXdpQueue : IRxQueue, ITxQueue
{
    // The longest that one call can hand over: 64 KiB of IP packet behind the link header and VLAN tags.
    private const int LongestFrameBytes = ushort.MaxValue + EthernetHeader.LengthBytes + (2 * VlanTag.LengthBytes);

    // The kernel takes 32 to 64 frames a call and ends a call at each frame that the interface drops.
    private const int MostWakeups = PacketBatch.Capacity;

    private readonly BurstGate _rxGate = new();
    private readonly BurstGate _txGate = new();
    private readonly int _ringSize;
    private readonly byte[] _joined = GC.AllocateUninitializedArray<byte>(LongestFrameBytes);
    private readonly ulong[] _freeChunks;
    private int _freeCount;
    private XdpSocket? _socket;
    private PacketArena? _txArena;
    private FrameIntake? _intake;
    private int _mtuBytes;
    private bool _passes;
    private long _sent;
    private long _refused;
    private long _dropped;
    private long _invalid;
    private long _lostBefore;
    private long _invalidBefore;

    /// <summary>Makes a queue without a socket.</summary>
    public AfXdpQueue(AfXdpSettings settings)
    {
        _ringSize = settings.RingSize;
        _freeChunks = new ulong[settings.Frames / 2];
    }

    /// <summary>The worker that receives comes.</summary>
    public IRxQueue OpenRx(PacketArena arena)
    {
        Volatile.Write(ref _intake, new FrameIntake(arena));
        return this;
    }

    /// <summary>The worker that transmits comes.</summary>
    public ITxQueue OpenTx(PacketArena arena)
    {
        _txArena = arena;
        return this;
    }

    public void Receive(PacketBatch batch)
    {
        if (!_rxGate.TryEnter())
        {
            return;
        }

        try
        {
            if (_socket is { } socket)
            {
                Receive(batch, socket);

                // Frames that the kernel would not take at once have nobody else to ask for them when nothing more is sent.
                if (Volatile.Read(ref _passes))
                {
                    Wake(socket);
                }
            }
        }
        finally
        {
            _rxGate.Leave();
        }
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_txGate.TryEnter())
        {
            return 0;
        }

        try
        {
            int taken = 0;
            if (_socket is { } socket && Volatile.Read(ref _passes))
            {
                TakeCompleted(socket);
                taken = Write(buffers, socket);
                Wake(socket);
            }

            return taken;
        }
        finally
        {
            _txGate.Leave();
        }
    }

    /// <summary>The port's thread: frames go through this socket from now on.</summary>
    public void Attach(XdpSocket socket)
    {
        Close();
        _freeCount = 0;
        for (int chunk = socket.FramesEachWay; chunk < 2 * socket.FramesEachWay; chunk++)
        {
            _freeChunks[_freeCount++] = (ulong)chunk * XdpSocket.ChunkBytes;
        }

        _socket = socket;
        Open();
    }

    /// <summary>The port's thread: the socket is not used any more when this returns.</summary>
    public void Detach()
    {
        Close();
        if (_socket is { } socket)
        {
            XdpStatistics statistics = socket.ReadStatistics();
            _lostBefore += Lost(statistics);
            _invalidBefore += Invalid(statistics);
            _socket = null;
            _intake?.Abandon();
        }

        Open();
    }

    /// <summary>The port's thread: what the interface carries now.</summary>
    public void Follow(in LinkState link)
    {
        Volatile.Write(ref _mtuBytes, link.MtuBytes);
        Volatile.Write(ref _passes, link.HasCarrier);
    }

    /// <summary>What was counted here and, on all sockets so far, by the kernel. Not while a socket is taken away.</summary>
    public PortStatistics ReadStatistics()
    {
        XdpStatistics statistics = _socket?.ReadStatistics() ?? default;
        long dropped = Volatile.Read(ref _dropped);
        return new PortStatistics(
            _intake?.Received ?? 0,
            _sent - dropped,
            _intake?.Oversize ?? 0,
            _lostBefore + Lost(statistics),
            _refused + dropped,
            _invalid + _invalidBefore + Invalid(statistics) + (_intake?.Invalid ?? 0));
    }

    private static long Lost(in XdpStatistics statistics) => (long)(statistics.RxDropped + statistics.RxRingFull);

    private static long Invalid(in XdpStatistics statistics) => (long)(statistics.RxInvalid + statistics.TxInvalid);

    private void Close()
    {
        _rxGate.Close();
        _txGate.Close();
    }

    private void Open()
    {
        _txGate.Leave();
        _rxGate.Leave();
    }

    private void Receive(PacketBatch batch, XdpSocket socket)
    {
        XdpRing<XdpDescriptor> rx = socket.Rx;
        int available = rx.Available(_ringSize);
        int done = 0;

        // Not more frames a call than a batch holds, also when none of them fits: the worker has other queues.
        for (int attempt = batch.Free; attempt > 0 && done < available; attempt--)
        {
            XdpDescriptor first = rx.Peek(done);
            int parts = first.Continues ? CountParts(rx, done, available) : 1;
            if (parts == 0 || !TryTake(batch, socket, first, done, parts))
            {
                break;
            }

            for (int part = 0; part < parts; part++)
            {
                Recycle(socket, rx.Peek(done + part).Address);
            }

            done += parts;
        }

        if (done > 0)
        {
            rx.Take(done);
            rx.Release();
            socket.Fill.Publish();
        }

        if (socket.Fill.NeedsWakeup)
        {
            socket.WakeReceive();
        }
    }

    // 0 while the last part of the frame is not there.
    private static int CountParts(XdpRing<XdpDescriptor> rx, int from, int available)
    {
        for (int part = from; part < available; part++)
        {
            if (!rx.Peek(part).Continues)
            {
                return part - from + 1;
            }
        }

        return 0;
    }

    // False when the room in the batch or the arena ended first: the frame stays in the ring.
    private bool TryTake(PacketBatch batch, XdpSocket socket, in XdpDescriptor first, int from, int parts)
    {
        ReadOnlySpan<byte> frame = parts == 1 ? socket.Bytes(first.Address, first.Length) : Join(socket, from, parts);
        if (frame.IsEmpty)
        {
            _invalid++;
            return true;
        }

        return _intake!.TryTake(frame, OffloadGuess.Of(frame, Volatile.Read(ref _mtuBytes)), timestampNanoseconds: 0, batch);
    }

    // A frame in several chunks as one; nothing when it is longer than any can be.
    private ReadOnlySpan<byte> Join(XdpSocket socket, int from, int parts)
    {
        int length = 0;
        for (int part = from; part < from + parts; part++)
        {
            XdpDescriptor descriptor = socket.Rx.Peek(part);
            ReadOnlySpan<byte> bytes = socket.Bytes(descriptor.Address, descriptor.Length);
            if (bytes.IsEmpty || bytes.Length > _joined.Length - length)
            {
                return [];
            }

            bytes.CopyTo(_joined.AsSpan(length));
            length += bytes.Length;
        }

        return _joined.AsSpan(0, length);
    }

    // The kernel may put the next frame there.
    private static void Recycle(XdpSocket socket, ulong address)
    {
        ulong chunk = address / XdpSocket.ChunkBytes;
        if (chunk < (ulong)socket.FramesEachWay)
        {
            socket.Fill.Write(chunk * XdpSocket.ChunkBytes);
        }
    }

    private void TakeCompleted(XdpSocket socket)
    {
        int count = socket.Completion.Available(_freeChunks.Length - _freeCount);
        for (int entry = 0; entry < count; entry++)
        {
            _freeChunks[_freeCount++] = socket.Completion.Peek(entry);
        }

        socket.Completion.Take(count);
        socket.Completion.Release();
    }

    private int Write(ReadOnlySpan<PacketBuffer> buffers, XdpSocket socket)
    {
        int taken = 0;
        for (; taken < buffers.Length; taken++)
        {
            ref readonly PacketBuffer buffer = ref buffers[taken];
            ReadOnlySpan<byte> frame = _txArena!.Frame(buffer);
            if (frame.Length < EthernetHeader.LengthBytes || frame.Length > Longest(frame, socket))
            {
                // The interface would never carry it; leaving it to the caller would hold up the frames behind it.
                _refused++;
            }
            else if (TryWrite(frame, socket))
            {
                _sent++;
            }
            else
            {
                break;
            }

            _txArena.Return(buffer.Slot);
        }

        socket.Tx.Publish();
        return taken;
    }

    // A packet socket has the same limit; below it, virtual links drop what is longer and say nothing.
    private int Longest(ReadOnlySpan<byte> frame, XdpSocket socket)
    {
        bool isTagged = BinaryPrimitives.ReadUInt16BigEndian(frame[EthernetHeader.TypeOffset..]) == EtherType.VlanTag;
        int longest = Volatile.Read(ref _mtuBytes) + EthernetHeader.LengthBytes + (isTagged ? VlanTag.LengthBytes : 0);
        return socket.TakesSeveralParts ? longest : Math.Min(longest, XdpSocket.ChunkBytes);
    }

    private bool TryWrite(ReadOnlySpan<byte> frame, XdpSocket socket)
    {
        int parts = (frame.Length + XdpSocket.ChunkBytes - 1) / XdpSocket.ChunkBytes;
        if (parts > _freeCount || socket.Tx.Room(parts) < parts)
        {
            return false;
        }

        while (!frame.IsEmpty)
        {
            int length = Math.Min(frame.Length, XdpSocket.ChunkBytes);
            ulong address = _freeChunks[--_freeCount];
            frame[..length].CopyTo(socket.Bytes(address, XdpSocket.ChunkBytes));
            frame = frame[length..];
            socket.Tx.Write(new XdpDescriptor(address, (uint)length, frame.IsEmpty ? 0 : XdpInterop.Continues));
        }

        return true;
    }

    // Ends when the kernel has taken all, or takes no more for now. Both workers of a queue may be here at once.
    private void Wake(XdpSocket socket)
    {
        for (int call = 0; call < MostWakeups && socket.Tx.HasUntaken && socket.Tx.NeedsWakeup; call++)
        {
            uint before = socket.Tx.Taken;
            if (socket.WakeTransmit() == LinuxError.Busy)
            {
                Interlocked.Increment(ref _dropped);
            }

            if (socket.Tx.Taken == before)
            {
                return;
            }
        }
    }
}
