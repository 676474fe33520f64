using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>
/// Frames from one worker for a transmit queue that another has: for ports with fewer queues than there are workers. To the
/// sending worker it is the port's transmit queue; the other one sends on what is in it before it receives anything.
/// </summary>
/// <remarks>
/// Bounded, and one thread at each end. A full ring takes no more, which the sender counts as for any queue. Frames are copied,
/// because slots belong to the arena of one worker. What the port does not take waits, in order, in at most one burst of slots.
/// </remarks>
internal sealed class HandoffRing : ITxQueue
{
    private const int Frames = 256;

    // Leaves room before the frame for a VLAN tag, and fits frames that headers have been added to.
    private const int FrameStart = PacketArena.HeadroomBytes / 2;

    private readonly FrameRing _ring;
    private readonly PacketArena _from;
    private readonly PacketArena _to;
    private readonly ITxQueue _queue;
    private readonly PacketBuffer[] _waiting = new PacketBuffer[PacketBatch.Capacity];
    private int _waitingCount;
    private long _taken;
    private long _finished;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="from">Arena of the worker that sends.</param>
    /// <param name="to">Arena of the worker that has the queue.</param>
    /// <param name="queue">The queue, opened with the latter.</param>
    public HandoffRing(PacketArena from, PacketArena to, ITxQueue queue)
    {
        _ring = new FrameRing(Frames, to.SlotBytes - FrameStart);
        _from = from;
        _to = to;
        _queue = queue;
    }

    /// <summary>True when all that was taken has been given to the port. Any thread, exact once the sender has ended.</summary>
    public bool IsEmpty => Volatile.Read(ref _finished) == Volatile.Read(ref _taken);

    /// <summary>The sending worker hands frames over.</summary>
    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        int taken = 0;
        while (taken < buffers.Length)
        {
            ref readonly PacketBuffer buffer = ref buffers[taken];
            if (buffer.Length > _to.SlotBytes - FrameStart || !_ring.TryWrite(_from.Frame(buffer), buffer.WireLength))
            {
                break;
            }

            _from.Return(buffer.Slot);
            taken++;
        }

        Volatile.Write(ref _taken, _taken + taken);
        return taken;
    }

    /// <summary>The worker that has the queue sends one burst on.</summary>
    /// <returns>Frames that the port took.</returns>
    public int SendOn()
    {
        while (_waitingCount < _waiting.Length && _ring.TryPeek(out ReadOnlySpan<byte> frame, out int wireLength) && _to.TryRent(out int slot))
        {
            PacketWork.Copy(frame.Length);
            frame.CopyTo(_to.Slot(slot)[FrameStart..]);
            _ring.Release();
            _waiting[_waitingCount++] = new PacketBuffer
            {
                Slot = slot,
                Start = FrameStart,
                Length = frame.Length,
                WireLength = wireLength,
                Member = PacketBuffer.NoMember,
            };
        }

        if (_waitingCount == 0)
        {
            return 0;
        }

        int sent = _queue.Transmit(_waiting.AsSpan(0, _waitingCount));
        _waiting.AsSpan(sent, _waitingCount - sent).CopyTo(_waiting);
        _waitingCount -= sent;
        Volatile.Write(ref _finished, _finished + sent);
        return sent;
    }

    /// <summary>The worker that has the queue throws away what is left, because the port is detached.</summary>
    /// <returns>Frames thrown away.</returns>
    public int GiveUp()
    {
        int given = _waitingCount;
        for (; _waitingCount > 0; _waitingCount--)
        {
            _to.Return(_waiting[_waitingCount - 1].Slot);
        }

        for (; _ring.TryPeek(out _, out _); given++)
        {
            _ring.Release();
        }

        Volatile.Write(ref _finished, _finished + given);
        return given;
    }
}
