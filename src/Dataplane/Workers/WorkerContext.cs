using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>What the stages may write of their worker besides the batch: counters, transmit queues, scratch.</summary>
public sealed class WorkerContext
{
    private ITxQueue?[] _txQueues = [];

    internal WorkerContext(PacketArena arena)
    {
        Arena = arena;
        Copies = new PacketBatch(arena);
        JoinRules = new int[JoinKeys.Capacity];
    }

    /// <summary>The worker's packet memory.</summary>
    public PacketArena Arena { get; }

    /// <summary>The worker's counters.</summary>
    public WorkerCounters Counters { get; } = new();

    /// <summary>Transmit queues by port number; null where nothing is attached.</summary>
    internal ReadOnlySpan<ITxQueue?> TxQueues => _txQueues;

    /// <summary>Where copies for taps go through the stages.</summary>
    internal PacketBatch Copies { get; }

    /// <summary>Where the join stage collects the keys of the frames for one table.</summary>
    internal FlowKeyBatch JoinKeys { get; } = new(PacketBatch.Capacity);

    /// <summary>Rows of the batch that <see cref="JoinKeys"/> came from.</summary>
    internal int[] JoinRows { get; } = new int[PacketBatch.Capacity];

    /// <summary>The classifier's answers, padded like <see cref="JoinKeys"/>.</summary>
    internal int[] JoinRules { get; }

    /// <summary>Where the transmit stage collects the frames of one output port.</summary>
    internal PacketBuffer[] Outgoing { get; } = new PacketBuffer[PacketBatch.Capacity];

    /// <summary>Rows of the batch that <see cref="Outgoing"/> came from.</summary>
    internal int[] OutgoingRows { get; } = new int[PacketBatch.Capacity];

    internal void ReservePorts(int count)
    {
        if (_txQueues.Length < count)
        {
            Array.Resize(ref _txQueues, count);
        }
    }

    internal void SetTxQueue(int port, ITxQueue? queue)
    {
        ReservePorts(port + 1);
        _txQueues[port] = queue;
    }
}
