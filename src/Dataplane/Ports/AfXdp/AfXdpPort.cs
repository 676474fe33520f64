using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>
/// A port on a network interface by AF_XDP: a program on the interface hands its frames past the host's network stack
/// to sockets of ours, one for each queue. What was measured of the kernel's side is in README.md beside this file.
/// </summary>
/// <remarks>
/// A thread of its own looks after the interface. One that goes and appears again under its name is taken up
/// again, in the same queues. Frames that were in rings when it went are lost.
/// </remarks>
internal sealed class AfXdpPort : IPort
{
    // The kernel gives up the queue of a socket that was closed a moment after.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly AfXdpSettings _settings;
    private readonly AfXdpQueue[] _queues;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;

    // Between the watch, who reads statistics and who disposes; workers never take it.
    private readonly Lock _control = new();
    private readonly LinkControl _links = new();
    private readonly PortWatch _watch;
    private XdpAttachment? _attachment;
    private string? _fault;
    private bool _isDisposed;

    /// <summary>Opens the port.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <exception cref="PortOpenException">The system refuses.</exception>
    public AfXdpPort(AfXdpSettings settings)
    {
        _settings = settings;
        RxQueueCount = settings.Queues;
        TxQueueCount = Math.Min(settings.Queues, _links.ReadQueues(settings.Interface).Tx);
        _rxClaims = new QueueClaims("receive", RxQueueCount);
        _txClaims = new QueueClaims("transmit", TxQueueCount);
        _queues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfXdpQueue(settings))];
        try
        {
            Follow(_patience);
        }
        catch (PortOpenException)
        {
            _links.Dispose();
            throw;
        }

        _watch = new PortWatch($"af-xdp {settings.Interface}", Look);
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
                PortStatistics sum = default;
                foreach (AfXdpQueue queue in _queues)
                {
                    sum = sum.Plus(queue.ReadStatistics());
                }

                return sum;
            }
        }
    }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        return _queues[queue].OpenRx(arena);
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        return _queues[queue].OpenTx(arena);
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _watch.Dispose();
            _links.Dispose();
            lock (_control)
            {
                Detach();
            }
        }
    }

    private void Look()
    {
        lock (_control)
        {
            try
            {
                Follow(patience: TimeSpan.Zero);
            }
            catch (PortOpenException failure)
            {
                Volatile.Write(ref _fault, failure.Message);
            }
        }
    }

    private void Follow(TimeSpan patience)
    {
        bool isThere = _links.TryRead(_settings.Interface, out LinkState link);
        if (_attachment is not null && (!isThere || link.Index != _attachment.InterfaceIndex))
        {
            Detach();
        }

        if (isThere && _attachment is null)
        {
            Attach(link, patience);
        }

        foreach (AfXdpQueue queue in _queues)
        {
            queue.Follow(link);
        }

        Volatile.Write(ref _fault, isThere ? link.Fault(_settings.Interface) : LinkState.GoneFault(_settings.Interface));
    }

    private void Attach(in LinkState link, TimeSpan patience)
    {
        _attachment = XdpAttachment.Open(_settings, link.Index, _links.ReadQueues(_settings.Interface).Rx, patience);
        for (int queue = 0; queue < _queues.Length; queue++)
        {
            _queues[queue].Attach(_attachment.Sockets[queue]);
        }
    }

    private void Detach()
    {
        foreach (AfXdpQueue queue in _queues)
        {
            queue.Detach();
        }

        _attachment?.Dispose();
        _attachment = null;
    }
}
