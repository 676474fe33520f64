using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Vlan;

/// <summary>The share of one VLAN in a trunk.</summary>
internal sealed class VlanPort : IPort
{
    private readonly VlanTrunk _trunk;
    private readonly int _vlanId;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private readonly List<VlanQueue> _queues = [];

    public VlanPort(VlanTrunk trunk, int vlanId)
    {
        _trunk = trunk;
        _vlanId = vlanId;
        _rxClaims = new QueueClaims("receive", trunk.QueueCount);
        _txClaims = new QueueClaims("transmit", trunk.QueueCount);
    }

    public int RxQueueCount => _trunk.QueueCount;

    public int TxQueueCount => _trunk.QueueCount;

    public string? Fault => _trunk.Fault;

    public bool IsLost => _trunk.IsLost;

    public PortStatistics Statistics
    {
        get
        {
            PortStatistics sum = default;
            foreach (VlanQueue queue in _queues)
            {
                sum = sum.Plus(new PortStatistics(queue.ReceivedPackets, queue.SentPackets, ReceiveOversize: 0, SendRefused: queue.SendRefused));
            }

            return sum;
        }
    }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        VlanQueue opened = Opened(queue, arena);
        opened.IsReceiving = true;
        return opened;
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        return Opened(queue, arena);
    }

    // The carrier is the trunk's.
    public void Dispose() => _trunk.Forget(_vlanId, this);

    private VlanQueue Opened(int queue, PacketArena arena)
    {
        VlanQueue opened = _trunk.QueueOf(queue, arena).Of(_vlanId);
        if (!_queues.Contains(opened))
        {
            _queues.Add(opened);
        }

        return opened;
    }
}
