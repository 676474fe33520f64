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
internal sealed class AfPacketPort : IPort
{
    private readonly AfPacketSettings _settings;
    private readonly LinkControl _links = new();
    private readonly AfPacketRxQueue[] _rxQueues;
    private readonly AfPacketTxQueue[] _txQueues;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private readonly PortWatch? _watch;

    // Between the watch, who reads statistics and who disposes; workers never take it.
    private readonly Lock _control = new();

    private string? _fault;
    private int _takenIndex;
    private bool _isDisposed;

    /// <summary>Opens the port. An interface that is down is taken up when it is set up.</summary>
    /// <exception cref="PortOpenException">There is no such interface, or it cannot be used.</exception>
    public AfPacketPort(AfPacketSettings settings)
    {
        _settings = settings;
        _rxClaims = new QueueClaims("receive", settings.Queues);
        _txClaims = new QueueClaims("transmit", settings.Queues);
        _rxQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfPacketRxQueue())];
        _txQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfPacketTxQueue(this))];
        try
        {
            if (!_links.TryRead(settings.Interface, out LinkState link))
            {
                throw new PortOpenException($"The interface '{settings.Interface}' does not exist; accepted is an Ethernet interface that does.");
            }

            Follow(in link);
            _watch = new PortWatch($"sfc {settings.Interface}", Look);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int RxQueueCount => _rxQueues.Length;

    public int TxQueueCount => _txQueues.Length;

    public string? Fault => Volatile.Read(ref _fault);

    public PortStatistics Statistics
    {
        get
        {
            lock (_control)
            {
                return new PortStatistics(
                    _rxQueues.Sum(queue => queue.ReceivedPackets),
                    _txQueues.Sum(queue => queue.SentPackets),
                    _rxQueues.Sum(queue => queue.ReceiveOversize),
                    _rxQueues.Sum(queue => queue.ReadLost()),
                    _txQueues.Sum(queue => queue.SendRefused),
                    _rxQueues.Sum(queue => queue.ReceiveInvalid));
            }
        }
    }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        _rxQueues[queue].Open(arena);
        return _rxQueues[queue];
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        _txQueues[queue].Open(arena);
        return _txQueues[queue];
    }

    public void Dispose()
    {
        _watch?.Dispose();
        lock (_control)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                LetGo();
                _links.Dispose();
            }
        }
    }

    /// <summary>A transmit queue was told why nothing goes out; the watch finds out when it does again. The worker's thread.</summary>
    /// <param name="error">See <see cref="LinuxError"/>.</param>
    public void Report(int error)
    {
        switch (error)
        {
            case LinuxError.NetworkDown:
                Volatile.Write(ref _fault, LinkState.DownFault(_settings.Interface));
                break;
            case LinuxError.NoSuchDevice or LinuxError.NoDevice:
                Volatile.Write(ref _fault, LinkState.GoneFault(_settings.Interface));
                break;
            default:
                // A full queue or send buffer: the next call may find room.
                break;
        }
    }

    private void Look()
    {
        lock (_control)
        {
            try
            {
                if (_links.TryRead(_settings.Interface, out LinkState link))
                {
                    Follow(in link);
                }
                else
                {
                    Volatile.Write(ref _fault, LinkState.GoneFault(_settings.Interface));
                }
            }
            catch (PortOpenException failure)
            {
                Volatile.Write(ref _fault, failure.Message);
            }
        }
    }

    private void Follow(in LinkState link)
    {
        if (!link.IsEthernet)
        {
            throw new PortOpenException($"The interface '{_settings.Interface}' is no Ethernet interface, or a loopback that would return what is sent; accepted are Ethernet interfaces.");
        }

        // A socket joins the others of its port only while the interface is up, so a new one is taken no earlier.
        if (link.IsUp && (link.Index != _takenIndex || _txQueues[0].IsTooShortFor(link.MtuBytes)))
        {
            Take(in link);
        }

        Volatile.Write(ref _fault, link.Fault(_settings.Interface));
    }

    private void Take(in LinkState link)
    {
        LetGo();
        int group = 0;
        for (int queue = 0; queue < _settings.Queues; queue++)
        {
            _txQueues[queue].Replace(TransmitRing.Open(_settings, in link));
            _rxQueues[queue].Replace(ReceiveRing.Open(_settings, in link, ref group));
        }

        _takenIndex = link.Index;
    }

    private void LetGo()
    {
        _takenIndex = 0;
        foreach (AfPacketRxQueue queue in _rxQueues)
        {
            queue.Replace(null);
        }

        foreach (AfPacketTxQueue queue in _txQueues)
        {
            queue.Replace(null);
        }
    }
}
