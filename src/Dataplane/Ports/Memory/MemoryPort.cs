using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Memory;

/// <summary>
/// A port whose other side is another thread of this process: each queue is a pair of bounded rings of frames. The peer
/// puts frames in with <see cref="Inject"/> and takes out what the forwarder sends with <see cref="TryTake"/>.
/// </summary>
/// <remarks>
/// For each queue, one thread may inject, one may take, and one worker has the queue; they need not be the same, and none
/// ever waits. A full ring towards the peer is back-pressure: the worker keeps what the queue does not take. Moving a
/// frame allocates nothing.
/// </remarks>
public sealed class MemoryPort : IPort
{
    private readonly MemoryQueue[] _queues;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private string? _fault;
    private bool _isDisposed;

    internal MemoryPort(int queues, int frames, int frameBytes)
    {
        FrameBytes = frameBytes;
        _queues = new MemoryQueue[queues];
        for (int queue = 0; queue < queues; queue++)
        {
            _queues[queue] = new MemoryQueue(this, frames, frameBytes);
        }

        _rxClaims = new QueueClaims("receive", queues);
        _txClaims = new QueueClaims("transmit", queues);
    }

    /// <summary>Largest frame the port carries, in bytes.</summary>
    public int FrameBytes { get; }

    /// <inheritdoc/>
    public int RxQueueCount => _queues.Length;

    /// <inheritdoc/>
    public int TxQueueCount => _queues.Length;

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _fault);

    /// <inheritdoc/>
    public PortStatistics Statistics
    {
        get
        {
            PortStatistics sum = default;
            foreach (MemoryQueue queue in _queues)
            {
                sum = new PortStatistics(
                    sum.ReceivedPackets + queue.ReceivedPackets,
                    sum.SentPackets + queue.SentPackets,
                    sum.ReceiveOversize + queue.ReceiveOversize,
                    ReceiveLost: 0,
                    sum.SendRefused + queue.SendRefused);
            }

            return sum;
        }
    }

    /// <summary>True when frames that the peer sends have no way in any more, and frames for it no way out.</summary>
    internal bool IsClosed => Volatile.Read(ref _isDisposed) || Fault is not null;

    /// <inheritdoc/>
    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        return _queues[queue].OpenRx(arena);
    }

    /// <inheritdoc/>
    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        return _queues[queue].OpenTx(arena);
    }

    /// <summary>The peer sends a frame. Its bytes are copied.</summary>
    /// <param name="queue">0 to <see cref="RxQueueCount"/> - 1.</param>
    /// <param name="frame">0 to <see cref="FrameBytes"/> bytes.</param>
    /// <param name="wireLength">Bytes it had on the wire: more than the frame has for one that was captured short.</param>
    /// <returns>False when the ring is full or the port closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The queue does not exist, or a length is out of range.</exception>
    public bool Inject(int queue, ReadOnlySpan<byte> frame, int wireLength)
    {
        CheckQueue(queue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Length, FrameBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(wireLength, frame.Length);
        return !IsClosed && _queues[queue].ToForwarder.TryWrite(frame, wireLength);
    }

    /// <summary>The peer takes the oldest frame that the forwarder sent. Works to the last frame after the port has closed.</summary>
    /// <param name="queue">0 to <see cref="TxQueueCount"/> - 1.</param>
    /// <param name="buffer">Where the frame is copied to; <see cref="FrameBytes"/> bytes are always enough.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The queue does not exist.</exception>
    /// <exception cref="ArgumentException">The buffer is shorter than the frame, which stays in the ring.</exception>
    public bool TryTake(int queue, Span<byte> buffer, out int length)
    {
        CheckQueue(queue);
        FrameRing ring = _queues[queue].ToPeer;
        if (!ring.TryPeek(out ReadOnlySpan<byte> frame, out _))
        {
            length = 0;
            return false;
        }

        frame.CopyTo(buffer);
        length = frame.Length;
        ring.Release();
        return true;
    }

    /// <summary>
    /// The peer goes away: what it has sent can still be received, nothing is taken from the forwarder any more, and
    /// <see cref="Fault"/> says so. Any thread.
    /// </summary>
    public void ClosePeer() => Volatile.Write(ref _fault, "The peer of the memory port has gone; no frame comes from it or reaches it.");

    /// <summary>Closes the port. Frames that the peer has not taken yet stay there for it.</summary>
    public void Dispose() => Volatile.Write(ref _isDisposed, true);

    private void CheckQueue(int queue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queue);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(queue, _queues.Length);
    }
}
