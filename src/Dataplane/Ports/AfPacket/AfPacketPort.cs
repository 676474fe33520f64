using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.AfPacket.Interop;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>
/// A port on a network interface over packet sockets: frames are received from blocks that the kernel fills (TPACKET_V3) and
/// sent from a ring that it empties (TPACKET_V2), one pair of sockets for each queue.
/// </summary>
/// <remarks>
/// <para>
/// Receives what arrives at the interface for any address, and nothing that leaves it. The host's own protocols see the same
/// frames, so the interface should have no IP address. VLAN tags that the kernel keeps beside a frame are put back, checksums that a
/// local sender left to the hardware are completed, and frames that it left to segmentation are cut. Frames in tunnels that are
/// left to segmentation (VXLAN, GRE) cannot be cut here and count as oversize; the kernel itself throws away SCTP left to
/// segmentation, counted as lost.
/// </para>
/// <para>
/// The kernel hands a block over when it is full or has stood open for 1 ms, so a single frame waits up to 2 ms.
/// Frames of a flow come through one queue: the kernel chooses by a hash that is the same both ways.
/// </para>
/// </remarks>
internal sealed class AfPacketPort : InterfacePort
{
    private readonly AfPacketSettings _settings;
    private readonly AfPacketRxQueue[] _rxQueues;
    private readonly AfPacketTxQueue[] _txQueues;
    private int _takenIndex;

    /// <summary>Opens the port. An interface that is down is taken up when it is set up.</summary>
    /// <exception cref="PortOpenException">There is no such interface, or it cannot be used.</exception>
    public AfPacketPort(AfPacketSettings settings)
        : base(settings.Interface, new LinkControl(), settings.Queues, settings.Queues)
    {
        _settings = settings;
        _rxQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfPacketRxQueue())];
        _txQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfPacketTxQueue(this))];
        Watch(FollowExisting);
    }

    /// <summary>A transmit queue was told why nothing goes out; the watch finds out when it does again. The worker's thread.</summary>
    /// <param name="error">See <see cref="LinuxError"/>.</param>
    public void Report(int error)
    {
        switch (error)
        {
            case LinuxError.NetworkDown:
                SetFault(DownFault);
                break;
            case LinuxError.NoSuchDevice or LinuxError.NoDevice:
                SetFault(GoneFault);
                break;
            default:
                // A full queue or send buffer: the next call may find room.
                break;
        }
    }

    protected override IRxQueue OpenRx(int queue, PacketArena arena) => _rxQueues[queue].Open(arena);

    protected override ITxQueue OpenTx(int queue, PacketArena arena) => _txQueues[queue].Open(arena);

    protected override void Follow()
    {
        if (Links.TryRead(InterfaceName, out LinkState link))
        {
            Follow(in link);
        }
        else
        {
            SetFault(GoneFault);
        }
    }

    protected override void LetGo()
    {
        _takenIndex = 0;
        foreach (AfPacketRxQueue queue in _rxQueues)
        {
            queue.Take(null);
        }

        foreach (AfPacketTxQueue queue in _txQueues)
        {
            queue.Replace(null)?.Dispose();
        }
    }

    protected override PortStatistics ReadStatistics()
    {
        PortStatistics sum = default;
        for (int queue = 0; queue < _rxQueues.Length; queue++)
        {
            sum = sum.Plus(_rxQueues[queue].Counted(_rxQueues[queue].ReadLost())).Plus(_txQueues[queue].Counted);
        }

        return sum;
    }

    private void FollowExisting()
    {
        if (!Links.TryRead(InterfaceName, out LinkState link))
        {
            throw new PortOpenException($"The interface '{InterfaceName}' does not exist; accepted is an Ethernet interface that does.");
        }

        Follow(in link);
    }

    private void Follow(in LinkState link)
    {
        if (!link.IsEthernet)
        {
            throw new PortOpenException($"The interface '{InterfaceName}' is no Ethernet interface, or a loopback that would return what is sent; accepted are Ethernet interfaces.");
        }

        // A socket joins the others of its port only while the interface is up, so a new one is taken no earlier.
        if (link.IsUp && (link.Index != _takenIndex || _txQueues[0].IsTooShortFor(link.MtuBytes)))
        {
            Take(in link);
        }

        SetFault(link.Fault(InterfaceName));
    }

    private void Take(in LinkState link)
    {
        LetGo();
        int group = 0;
        for (int queue = 0; queue < _settings.Queues; queue++)
        {
            _txQueues[queue].Replace(TransmitRing.Open(_settings, in link))?.Dispose();
            _rxQueues[queue].Take(ReceiveRing.Open(_settings, in link, ref group));
        }

        _takenIndex = link.Index;
    }
}
