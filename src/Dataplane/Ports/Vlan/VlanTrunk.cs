using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Ports.Vlan;

/// <summary>
/// Divides one port among networks by VLAN tag (IEEE 802.1Q, EtherType 0x8100): a port for each VLAN id, whose frames have
/// no such tag inside the forwarder, and one for all other frames. Ports come and go while others move frames.
/// </summary>
/// <remarks>
/// What follows the tag is the network's own, further tags included. Frames for a port that is not there or whose queue is
/// not open are thrown away. One worker has all queues of one number and polls all of them:
/// frames are taken from the carrier only when none waits.
/// </remarks>
public sealed class VlanTrunk : IDisposable
{
    /// <summary>Stands for frames without a tag, with a priority tag (VLAN id 0) and with a tag of another EtherType.</summary>
    public const int Untagged = 0;

    private readonly IPort _carrier;
    private readonly VlanPort?[] _ports = new VlanPort?[VlanTag.MaxVlanId];
    private readonly TrunkQueue?[] _queues;
    private PortStatistics _belowBefore;

    /// <summary>Divides a port.</summary>
    /// <param name="carrier">The port; the trunk's from now on. Its own queues are not opened by anybody else.</param>
    public VlanTrunk(IPort carrier)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        _carrier = carrier;
        _queues = new TrunkQueue?[Math.Min(carrier.RxQueueCount, carrier.TxQueueCount)];
    }

    /// <summary>Frames of no port, thrown away.</summary>
    public long UnknownFrames
    {
        get
        {
            long sum = 0;
            foreach (TrunkQueue? queue in _queues)
            {
                sum += queue?.UnknownFrames ?? 0;
            }

            return sum;
        }
    }

    /// <summary>Queues each way of each port.</summary>
    internal int QueueCount => _queues.Length;

    /// <summary>Why the carrier moves no frames, or null.</summary>
    internal string? Fault => _carrier.Fault;

    /// <summary>True when the carrier has to be opened anew.</summary>
    internal bool IsLost => _carrier.IsLost;

    /// <summary>The port of a VLAN, made on first use. Once its queues are closed and it is disposed there is another one; the carrier and other VLANs go on.</summary>
    /// <param name="vlanId">The id, 1 to 4094, or <see cref="Untagged"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public IPort Port(int vlanId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vlanId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vlanId, VlanTag.MaxVlanId);
        return _ports[vlanId] ??= new VlanPort(this, vlanId);
    }

    /// <summary>
    /// What happened to frames of no port in particular since the last call: those of an unknown VLAN (as lost), and what the carrier
    /// itself lost or refused. A frame that it took and refused is among those that its port has sent. The control side only.
    /// </summary>
    public PortStatistics TakeBelow()
    {
        PortStatistics carrier = _carrier.Statistics;
        PortStatistics below = carrier with { ReceivedPackets = 0, SentPackets = 0, ReceiveLost = carrier.ReceiveLost + UnknownFrames };
        PortStatistics since = below.Minus(_belowBefore);
        _belowBefore = below;
        return since;
    }

    /// <summary>Closes the carrier.</summary>
    public void Dispose() => _carrier.Dispose();

    /// <summary>A port has been disposed.</summary>
    internal void Forget(int vlanId, VlanPort port)
    {
        if (ReferenceEquals(_ports[vlanId], port))
        {
            _ports[vlanId] = null;
        }
    }

    /// <summary>The carrier's queues of one number, opened on first use.</summary>
    internal TrunkQueue QueueOf(int queue, PacketArena arena)
    {
        TrunkQueue opened = _queues[queue] ??= new TrunkQueue(_carrier.OpenRxQueue(queue, arena), _carrier.OpenTxQueue(queue, arena), arena);
        return ReferenceEquals(opened.Arena, arena) ? opened
            : throw new InvalidOperationException($"The queues {queue} of all ports of a trunk belong to one worker, and another has opened one.");
    }
}
