using System.Globalization;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Tap.Interop;

namespace NetworkingSfc.Dataplane.Ports.Tap;

/// <summary>
/// A port that is a network interface of this host: what the host sends to the interface is received here, and what is sent here the
/// host receives from it. It may be moved to another network namespace while it is open.
/// </summary>
/// <remarks>
/// <para>
/// An interface that the port made is up at once, goes when the port does, and is made anew when somebody else removed
/// it. One that was there before is left as it is, and taken up again when it is removed and made anew.
/// </para>
/// <para>
/// The kernel leaves checksums and TCP segmentation to the port, which does them when it receives: one system call for a
/// frame of up to 64 KiB and not one for each of its segments. Frames sent are always whole.
/// </para>
/// </remarks>
internal sealed class TapPort : IPort
{
    private readonly TapSettings _settings;
    private readonly LinkControl _links = new();
    private readonly TapRxQueue[] _rxQueues;
    private readonly TapTxQueue[] _txQueues;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private readonly PortWatch? _watch;
    private readonly bool _isOurs;

    // Between the watch, who reads statistics and who disposes; workers never take it.
    private readonly Lock _control = new();

    private TapDescriptor[] _descriptors = [];
    private string? _fault;
    private long _lost;
    private long _lostBefore;
    private bool _isDisposed;

    /// <summary>Opens the port.</summary>
    /// <exception cref="PortOpenException">The interface cannot be made, or is none that can be taken.</exception>
    public TapPort(TapSettings settings)
    {
        _settings = settings;
        _rxClaims = new QueueClaims("receive", settings.Queues);
        _txClaims = new QueueClaims("transmit", settings.Queues);
        _rxQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new TapRxQueue(this))];
        _txQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new TapTxQueue(this))];
        try
        {
            _isOurs = !_links.TryRead(settings.Interface, out _);
            Take();
            FollowState();
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
                CountLost();
                return new PortStatistics(
                    _rxQueues.Sum(queue => queue.ReceivedPackets),
                    _txQueues.Sum(queue => queue.SentPackets),
                    _rxQueues.Sum(queue => queue.ReceiveOversize),
                    _lost,
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
                CountLost();
                LetGo();
                _links.Dispose();
            }
        }
    }

    /// <summary>A queue was told why no frame moves; the watch finds out when one does again. A worker's thread.</summary>
    /// <param name="error">See <see cref="LinuxError"/>.</param>
    public void Report(int error)
    {
        switch (error)
        {
            case LinuxError.InputOutput:
                Volatile.Write(ref _fault, LinkState.DownFault(_settings.Interface));
                break;
            case LinuxError.BadDescriptorState:
                Volatile.Write(ref _fault, LinkState.GoneFault(_settings.Interface));
                break;
            default:
                // Nothing to receive, or no memory for what is sent: the next call may do better.
                break;
        }
    }

    private void Look()
    {
        lock (_control)
        {
            try
            {
                if (_descriptors.Length == 0 || _descriptors[0].ReadState() == TapState.Gone)
                {
                    Volatile.Write(ref _fault, LinkState.GoneFault(_settings.Interface));
                    if (!_isOurs && !_links.TryRead(_settings.Interface, out _))
                    {
                        return;
                    }

                    LetGo();
                    Take();
                }

                FollowState();
            }
            catch (PortOpenException failure)
            {
                Volatile.Write(ref _fault, failure.Message);
            }
        }
    }

    private void FollowState() =>
        Volatile.Write(ref _fault, _descriptors[0].ReadState() == TapState.Down ? LinkState.DownFault(_settings.Interface) : null);

    private void Take()
    {
        List<TapDescriptor> descriptors = [];
        try
        {
            for (int queue = 0; queue < _settings.Queues; queue++)
            {
                descriptors.Add(TapDescriptor.Open(_settings));
            }

            SetUp();
        }
        catch
        {
            descriptors.ForEach(descriptor => descriptor.Dispose());
            throw;
        }

        _descriptors = [.. descriptors];
        for (int queue = 0; queue < _settings.Queues; queue++)
        {
            _rxQueues[queue].Replace(_descriptors[queue]);
            _txQueues[queue].Replace(_descriptors[queue]);
        }

        _lostBefore = ReadDropped();
    }

    private void SetUp()
    {
        int error = _settings.MtuBytes == 0 ? 0 : _links.SetMtuBytes(_settings.Interface, _settings.MtuBytes);
        if (error == 0 && _isOurs)
        {
            error = _links.SetUp(_settings.Interface);
        }

        if (error != 0)
        {
            throw new PortOpenException(
                $"The interface '{_settings.Interface}' cannot be set up: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private void LetGo()
    {
        for (int queue = 0; queue < _settings.Queues; queue++)
        {
            _rxQueues[queue].Replace(null);
            _txQueues[queue].Replace(null);
        }

        foreach (TapDescriptor descriptor in _descriptors)
        {
            descriptor.Dispose();
        }

        _descriptors = [];
    }

    private void CountLost()
    {
        if (_descriptors.Length > 0)
        {
            long dropped = ReadDropped();
            _lost += Math.Max(0, dropped - _lostBefore);
            _lostBefore = dropped;
        }
    }

    // Frames that found a queue of the interface full. In another namespace nobody tells; then as before.
    private long ReadDropped()
    {
        try
        {
            return long.Parse(File.ReadAllText($"/sys/class/net/{_settings.Interface}/statistics/tx_dropped"), CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return _lostBefore;
        }
    }
}
