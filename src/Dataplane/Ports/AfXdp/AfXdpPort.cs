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
internal sealed class AfXdpPort : InterfacePort
{
    // The kernel gives up the queue of a socket that was closed a moment after.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly AfXdpSettings _settings;
    private readonly AfXdpQueue[] _queues;
    private XdpAttachment? _attachment;

    /// <summary>Opens the port.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <exception cref="PortOpenException">The system refuses.</exception>
    public AfXdpPort(AfXdpSettings settings)
        : this(settings, new LinkControl())
    {
    }

    private AfXdpPort(AfXdpSettings settings, LinkControl links)
        : base(settings.Interface, links, settings.Queues, Math.Min(settings.Queues, links.ReadQueues(settings.Interface).Tx))
    {
        _settings = settings;
        _queues = [.. Enumerable.Range(0, settings.Queues).Select(_ => new AfXdpQueue(settings))];
        Watch(() => Follow(_patience));
    }

    protected override IRxQueue OpenRx(int queue, PacketArena arena) => _queues[queue].OpenRx(arena);

    protected override ITxQueue OpenTx(int queue, PacketArena arena) => _queues[queue].OpenTx(arena);

    protected override void Follow() => Follow(patience: TimeSpan.Zero);

    protected override void LetGo()
    {
        foreach (AfXdpQueue queue in _queues)
        {
            queue.Detach();
        }

        _attachment?.Dispose();
        _attachment = null;
    }

    protected override PortStatistics ReadStatistics()
    {
        PortStatistics sum = default;
        foreach (AfXdpQueue queue in _queues)
        {
            sum = sum.Plus(queue.ReadStatistics());
        }

        return sum;
    }

    private void Follow(TimeSpan patience)
    {
        bool isThere = Links.TryRead(InterfaceName, out LinkState link);
        if (_attachment is not null && (!isThere || link.Index != _attachment.InterfaceIndex))
        {
            LetGo();
        }

        if (isThere && _attachment is null)
        {
            Attach(link, patience);
        }

        foreach (AfXdpQueue queue in _queues)
        {
            queue.Follow(link);
        }

        SetFault(isThere ? link.Fault(InterfaceName) : GoneFault);
    }

    private void Attach(in LinkState link, TimeSpan patience)
    {
        _attachment = XdpAttachment.Open(_settings, link.Index, Links.ReadQueues(InterfaceName).Rx, patience);
        for (int queue = 0; queue < _queues.Length; queue++)
        {
            _queues[queue].Attach(_attachment.Sockets[queue]);
        }
    }
}
