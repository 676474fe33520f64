using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.Linux;

/// <summary>
/// A port on a network interface of the host, whichever way its frames are moved: a thread of its own looks after the interface,
/// lets go of what is gone and takes it up again under its name.
/// </summary>
internal abstract class InterfacePort : IPort
{
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;

    // Between the watch, who reads statistics and who disposes; workers never take it.
    private readonly Lock _control = new();

    private PortWatch? _watch;
    private string? _fault;
    private bool _isDisposed;

    /// <summary>Makes the port; <see cref="Watch"/> begins to look after it.</summary>
    /// <param name="interfaceName">Name of the interface.</param>
    /// <param name="links">Asks the system about it; the port's from now on.</param>
    /// <param name="rxQueues">Receive queues.</param>
    /// <param name="txQueues">Transmit queues.</param>
    protected InterfacePort(string interfaceName, LinkControl links, int rxQueues, int txQueues)
    {
        InterfaceName = interfaceName;
        (DownFault, GoneFault) = (LinkState.DownFault(interfaceName), LinkState.GoneFault(interfaceName));
        Links = links;
        RxQueueCount = rxQueues;
        TxQueueCount = txQueues;
        _rxClaims = new QueueClaims("receive", rxQueues);
        _txClaims = new QueueClaims("transmit", txQueues);
    }

    public int RxQueueCount { get; }

    public int TxQueueCount { get; }

    public string? Fault => Volatile.Read(ref _fault);

    public PortStatistics Statistics
    {
        get
        {
            lock (_control)
            {
                return ReadStatistics();
            }
        }
    }

    /// <summary>Name of the interface.</summary>
    protected string InterfaceName { get; }

    /// <summary>Says that the interface is down. Made once, because a worker may have to say it at every poll.</summary>
    protected string DownFault { get; }

    /// <summary>Says that the interface has gone, also made once.</summary>
    protected string GoneFault { get; }

    /// <summary>Asks the system about interfaces.</summary>
    protected LinkControl Links { get; }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        return OpenRx(queue, arena);
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        return OpenTx(queue, arena);
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _watch, null)?.Dispose();
        lock (_control)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                LetGo();
                Links.Dispose();
            }
        }
    }

    /// <summary>Says why no frame moves. Any thread.</summary>
    /// <param name="fault">A sentence, or null when they move.</param>
    protected void SetFault(string? fault) => Volatile.Write(ref _fault, fault);

    /// <summary>
    /// Looks at the interface for the first time, and from now on twice a second. The last thing in a constructor: when it fails, all is
    /// let go of.
    /// </summary>
    /// <param name="first">The first look.</param>
    /// <exception cref="PortOpenException">There is no such interface, or it cannot be used.</exception>
    protected void Watch(Action first)
    {
        try
        {
            first();
            _watch = new PortWatch($"sfc {InterfaceName}", Look);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gives a receive queue to a worker.</summary>
    /// <param name="queue">Its number; given once.</param>
    /// <param name="arena">The worker's.</param>
    protected abstract IRxQueue OpenRx(int queue, PacketArena arena);

    /// <summary>Gives a transmit queue to a worker.</summary>
    /// <param name="queue">Its number; given once.</param>
    /// <param name="arena">The worker's.</param>
    protected abstract ITxQueue OpenTx(int queue, PacketArena arena);

    /// <summary>Looks at the interface, takes up and lets go of it, and says what is wrong. Not at the same time as another of these.</summary>
    /// <exception cref="PortOpenException">It is there and cannot be taken up, which is tried again at the next look.</exception>
    protected abstract void Follow();

    /// <summary>Lets go of the interface: the queues are empty and full from now on. Not at the same time as another of these.</summary>
    protected abstract void LetGo();

    /// <summary>Sums up what the queues counted. Not at the same time as another of these.</summary>
    protected abstract PortStatistics ReadStatistics();

    private void Look()
    {
        lock (_control)
        {
            try
            {
                Follow();
            }
            catch (PortOpenException failure)
            {
                SetFault(failure.Message);
            }
        }
    }
}
