using System.Net.Sockets;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>
/// A port whose other side is a virtio network driver: in a virtual machine (QEMU) or in a process (DPDK's virtio-user).
/// It is the vhost-user back end, the device of that driver; frames are copied between the worker's slots and the
/// guest's memory.
/// </summary>
/// <remarks>
/// The guest is not trusted. All it can reach is its own memory, by addresses and lengths that are checked for every
/// access, and its own connection. What it can make a worker do in a burst is bounded by the batch and by
/// <see cref="DescriptorChain"/>. A worker never waits for it: interrupts are sent by the control thread.
/// </remarks>
internal sealed class VhostUserPort : IPort
{
    private readonly string _path;
    private readonly VirtQueue[] _queues;
    private readonly VirtQueue[] _toGuest;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private readonly FrontEndLink _link;
    private bool _isClosed;

    /// <summary>Opens a port.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <param name="listener">A socket that listens there, or null to connect to one.</param>
    /// <param name="pairs">Pairs of queues.</param>
    public VhostUserPort(string path, Socket? listener, int pairs)
    {
        _path = path;
        _queues = [.. Enumerable.Range(0, 2 * pairs).Select(number => new VirtQueue(number, WakeControl))];
        _toGuest = [.. _queues.Where((_, number) => number % 2 == 0)];
        _rxClaims = new QueueClaims("receive", pairs);
        _txClaims = new QueueClaims("transmit", pairs);
        _link = new FrontEndLink(path, listener, _queues, ShareQueuesToGuest);
        _link.Start();
    }

    public int RxQueueCount => _toGuest.Length;

    public int TxQueueCount => _toGuest.Length;

    public string? Fault => BrokenRing() ?? _link.State;

    public PortStatistics Statistics
    {
        get
        {
            PortStatistics sum = default;
            for (int number = 0; number < _queues.Length; number++)
            {
                VirtQueue queue = _queues[number];
                bool isToGuest = number % 2 == 0;
                sum = new PortStatistics(
                    sum.ReceivedPackets + (isToGuest ? 0 : queue.Packets),
                    sum.SentPackets + (isToGuest ? queue.Packets : 0),
                    sum.ReceiveOversize + queue.Oversize,
                    sum.ReceiveLost + queue.Lost,
                    sum.SendRefused + queue.Refused,
                    sum.ReceiveInvalid + queue.Invalid);
            }

            return sum;
        }
    }

    /// <summary>True once the port is disposed.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        return new FromGuestQueue(this, _queues[(2 * queue) + 1], arena);
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        return new ToGuestQueue(this, queue, arena);
    }

    /// <summary>The guest's queue into which a transmit queue of the port puts its frames at present.</summary>
    public VirtQueue QueueToGuest(int queue) => Volatile.Read(ref _toGuest[queue]);

    public void Dispose()
    {
        if (!IsClosed)
        {
            Volatile.Write(ref _isClosed, true);
            _link.Dispose();
        }
    }

    private void WakeControl() => _link.Wake();

    private string? BrokenRing()
    {
        foreach (VirtQueue queue in _queues)
        {
            if (queue.Fault is { } reason)
            {
                return $"The guest of the vhost-user port at '{_path}' has broken the rules of virtio: {reason}. The ring is stopped until the guest sets it up again.";
            }
        }

        return null;
    }

    // Transmit queues whose own queue the guest does not use take turns with those that it does.
    private void ShareQueuesToGuest()
    {
        VirtQueue[] own = [.. _queues.Where((_, number) => number % 2 == 0)];
        VirtQueue[] running = [.. own.Where(queue => queue.IsRunning)];
        for (int number = 0; number < own.Length; number++)
        {
            VirtQueue chosen = own[number].IsRunning || running.Length == 0 ? own[number] : running[number % running.Length];
            Volatile.Write(ref _toGuest[number], chosen);
        }
    }
}
