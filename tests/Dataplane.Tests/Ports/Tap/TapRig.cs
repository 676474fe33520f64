using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports.Tap;

/// <summary>A port on a TAP interface that was there before, and a socket of this host on the same interface.</summary>
internal sealed class TapRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<byte[]> _incoming;
    private readonly Dictionary<string, string> _settings;
    private IPort _port;

    public TapRig(IReadOnlyList<byte[]> incoming, int queues = 1)
    {
        _incoming = incoming;
        Link = TapInterface.Create(hasSeveralQueues: queues > 1);
        _settings = new() { ["interface"] = Link.Name, ["queues"] = $"{queues}" };
        try
        {
            Peer = new PacketSocket(Link.Name);
            _port = OpenPort();
        }
        catch
        {
            Peer?.Dispose();
            Link.Dispose();
            throw;
        }
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    public TapInterface Link { get; }

    public PacketSocket Peer { get; private set; }

    public override IReadOnlyList<byte[]> TakeSent(int count) => Peer.Receive(count, _patience);

    public override void EndPeer() => Link.Remove();

    /// <summary>The interface appears again under its name.</summary>
    public void ReturnPeer()
    {
        Link.Make();
        Peer.Dispose();
        Peer = new PacketSocket(Link.Name);
    }

    public override void Reopen()
    {
        _port.Dispose();
        _port = OpenPort();
    }

    public override void Dispose()
    {
        _port.Dispose();
        Peer.Dispose();
        Link.Dispose();
    }

    private IPort OpenPort()
    {
        IPort port = PortDriverCatalog.Open("tap", _settings);
        TapInterface.WaitUntilUp(Link.Name);
        foreach (byte[] frame in _incoming)
        {
            Peer.Send(frame);
        }

        return port;
    }
}
