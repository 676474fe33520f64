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
internal sealed class TapPort : InterfacePort
{
    private readonly TapSettings _settings;
    private readonly TapRxQueue[] _rxQueues;
    private readonly TapTxQueue[] _txQueues;
    private readonly bool _isOurs;
    private TapDescriptor[] _descriptors = [];
    private long _lost;
    private long _lostBefore;

    /// <summary>Opens the port.</summary>
    /// <exception cref="PortOpenException">The interface cannot be made, or is none that can be taken.</exception>
    public TapPort(TapSettings settings)
        : base(settings.Interface, new LinkControl(), settings.Queues, settings.Queues)
    {
        _settings = settings;
        _rxQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new TapRxQueue(this))];
        _txQueues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new TapTxQueue(this))];
        _isOurs = !Links.TryRead(InterfaceName, out _);
        Watch(() =>
        {
            Take();
            FollowState();
        });
    }

    /// <summary>A queue was told why no frame moves; the watch finds out when one does again. A worker's thread.</summary>
    /// <param name="error">See <see cref="LinuxError"/>.</param>
    public void Report(int error)
    {
        switch (error)
        {
            case LinuxError.InputOutput:
                SetFault(DownFault);
                break;
            case LinuxError.BadDescriptorState:
                SetFault(GoneFault);
                break;
            default:
                // Nothing to receive, or no memory for what is sent: the next call may do better.
                break;
        }
    }

    protected override IRxQueue OpenRx(int queue, PacketArena arena) => _rxQueues[queue].Open(arena);

    protected override ITxQueue OpenTx(int queue, PacketArena arena) => _txQueues[queue].Open(arena);

    protected override void Follow()
    {
        if (_descriptors.Length == 0 || _descriptors[0].ReadState() == TapState.Gone)
        {
            SetFault(GoneFault);
            LetGo();
            if (!_isOurs && !Links.TryRead(InterfaceName, out _))
            {
                return;
            }

            Take();
        }

        FollowState();
    }

    protected override void LetGo()
    {
        CountLost();
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

    protected override PortStatistics ReadStatistics()
    {
        CountLost();
        PortStatistics sum = new(0, 0, 0, _lost);
        for (int queue = 0; queue < _rxQueues.Length; queue++)
        {
            sum = sum.Plus(_rxQueues[queue].Counted(lost: 0)).Plus(_txQueues[queue].Counted);
        }

        return sum;
    }

    private void FollowState() => SetFault(_descriptors[0].ReadState() == TapState.Down ? DownFault : null);

    private void Take()
    {
        List<TapDescriptor> descriptors = [];
        try
        {
            for (int queue = 0; queue < _settings.Queues; queue++)
            {
                descriptors.Add(TapDescriptor.Open(_settings));
            }

            SetUp(descriptors[0]);
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

    private void SetUp(TapDescriptor descriptor)
    {
        int error = _settings.MtuBytes == 0 ? 0 : Links.SetMtuBytes(InterfaceName, _settings.MtuBytes);
        if (error == 0 && _isOurs)
        {
            error = Links.SetUp(InterfaceName);
        }

        // Somebody may take it to another namespace as soon as he sees it, and sets it up there.
        bool isElsewhere = error == LinuxError.NoDevice && descriptor.ReadState() != TapState.Gone;
        if (error != 0 && !isElsewhere)
        {
            throw new PortOpenException(
                $"The interface '{InterfaceName}' cannot be set up: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private void CountLost()
    {
        // The name of one that is gone may be another's by now.
        if (_descriptors.Length > 0 && _descriptors[0].ReadState() != TapState.Gone)
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
            return long.Parse(File.ReadAllText($"/sys/class/net/{InterfaceName}/statistics/tx_dropped"), CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return _lostBefore;
        }
    }
}
