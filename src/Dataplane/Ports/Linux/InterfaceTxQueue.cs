using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>A transmit queue of a port on an interface: it writes to a sink that comes and goes with the interface.</summary>
/// <typeparam name="TSink">A ring or a descriptor.</typeparam>
/// <param name="port">Takes nothing while it has a fault.</param>
internal abstract class InterfaceTxQueue<TSink>(InterfacePort port) : ITxQueue
    where TSink : class
{
    private readonly InterfacePort _port = port;
    private readonly BurstGate _gate = new();
    private PacketArena? _arena;

    /// <summary>What the queue counted.</summary>
    public PortStatistics Counted => new(0, SentPackets, 0, 0, SendRefused);

    /// <summary>What is written to now.</summary>
    protected TSink? Sink { get; private set; }

    /// <summary>Frames given on.</summary>
    protected long SentPackets { get; set; }

    /// <summary>Frames thrown away, because the link carries none of their length.</summary>
    protected long SendRefused { get; set; }

    /// <summary>Gives the queue to a worker.</summary>
    public ITxQueue Open(PacketArena arena)
    {
        _arena = arena;
        return this;
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter())
        {
            return 0;
        }

        try
        {
            return Sink is { } sink && _port.Fault is null ? Transmit(sink, _arena!, buffers) : 0;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Writes to another sink from now on, or to none. The control side only.</summary>
    /// <returns>The one before, which nobody writes to any more.</returns>
    public TSink? Replace(TSink? sink)
    {
        _gate.Close();
        TSink? before = Sink;
        Sink = sink;
        _gate.Leave();
        return before;
    }

    /// <summary>Takes frames from the front of a list, as <see cref="ITxQueue.Transmit"/>. The only virtual call that a burst costs.</summary>
    /// <param name="sink">What is written to; not taken away meanwhile.</param>
    /// <param name="arena">Whose slots the frames are in.</param>
    /// <param name="buffers">The frames.</param>
    /// <returns>Frames taken; their slots have been given back.</returns>
    protected abstract int Transmit(TSink sink, PacketArena arena, ReadOnlySpan<PacketBuffer> buffers);
}
