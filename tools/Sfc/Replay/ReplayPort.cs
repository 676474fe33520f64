using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>A port of the replay: input frames and what the functions return come in, everything that goes out is recorded.</summary>
internal sealed class ReplayPort : IPort
{
    private readonly ReplayLane[] _lanes;

    /// <summary>Makes a port.</summary>
    /// <param name="number">The port's number in the snapshot.</param>
    /// <param name="lanes">One lane for each worker.</param>
    public ReplayPort(int number, ReplayLane[] lanes)
    {
        Number = number;
        _lanes = lanes;
    }

    /// <summary>The port's number in the snapshot.</summary>
    public int Number { get; }

    public int RxQueueCount => _lanes.Length;

    public int TxQueueCount => _lanes.Length;

    public PortStatistics Statistics => default;

    public IRxQueue OpenRxQueue(int queue, PacketArena arena) => _lanes[queue].OpenRx(Number, arena);

    public ITxQueue OpenTxQueue(int queue, PacketArena arena) => new ReplayTxQueue(Number, _lanes[queue], arena);

    public void Dispose()
    {
    }
}
