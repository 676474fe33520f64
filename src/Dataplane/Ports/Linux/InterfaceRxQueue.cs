using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Offload;

namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>A receive queue of a port on an interface: it reads a source that comes and goes with the interface.</summary>
/// <typeparam name="TSource">A ring or a descriptor.</typeparam>
internal abstract class InterfaceRxQueue<TSource> : IRxQueue
    where TSource : class
{
    private readonly BurstGate _gate = new();
    private FrameIntake? _intake;
    private long _broken;

    /// <summary>What is read now.</summary>
    protected TSource? Source { get; private set; }

    /// <summary>What the queue counted.</summary>
    /// <param name="lost">Frames lost before it, as its port knows.</param>
    public PortStatistics Counted(long lost) => new(_intake?.Received ?? 0, 0, _intake?.Oversize ?? 0, lost, 0, (_intake?.Invalid ?? 0) + _broken);

    /// <summary>Gives the queue to a worker.</summary>
    public IRxQueue Open(PacketArena arena)
    {
        _intake = new FrameIntake(arena);
        return this;
    }

    public void Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (Source is { } source)
            {
                Receive(source, _intake!, batch);
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Reads another source from now on, or none. The control side only.</summary>
    /// <returns>The one before, which nobody reads any more.</returns>
    public TSource? Replace(TSource? source)
    {
        _gate.Close();
        TSource? before = Source;
        Source = source;
        Forget();
        _intake?.Abandon();
        _gate.Leave();
        return before;
    }

    /// <summary>Receives a burst, as <see cref="IRxQueue.Receive"/>. The only virtual call that a burst costs.</summary>
    /// <param name="source">What is read; not taken away meanwhile.</param>
    /// <param name="intake">Where frames go, and what counts them.</param>
    /// <param name="batch">Gets them.</param>
    protected abstract void Receive(TSource source, FrameIntake intake, PacketBatch batch);

    /// <summary>Drops what of the source is held here; the worker is kept out meanwhile.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>Counts something in the source that is no frame. The worker only.</summary>
    protected void CountBroken() => _broken++;
}
