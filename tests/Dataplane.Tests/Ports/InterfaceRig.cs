using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>A port on an interface that the rig made, and a socket on its other side.</summary>
public abstract class InterfaceRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly string _kind;
    private readonly IVirtualLink _link;
    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<byte[]> _incoming;
    private IPort _port;

    /// <summary>Opens the port.</summary>
    /// <param name="kind">Kind of the port.</param>
    /// <param name="link">The interface; the rig's from now on.</param>
    /// <param name="incoming">Frames that are sent to the port at once.</param>
    /// <param name="settings">Its settings beside the interface.</param>
    protected InterfaceRig(string kind, IVirtualLink link, IReadOnlyList<byte[]> incoming, params IEnumerable<(string Name, string Value)> settings)
    {
        _kind = kind;
        _link = link;
        _incoming = incoming;
        _settings = settings.Append(("interface", link.PortName)).ToDictionary();
        try
        {
            Peer = new PacketSocket(link.PeerName);
            _port = OpenPort();
        }
        catch
        {
            Peer?.Dispose();
            link.Dispose();
            throw;
        }
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    /// <summary>The socket on the other side.</summary>
    public PacketSocket Peer { get; private set; }

    public override IReadOnlyList<byte[]> TakeSent(int count) => Peer.Receive(count, _patience);

    public override void EndPeer() => _link.Remove();

    /// <summary>The interface appears again under its name.</summary>
    public void ReturnPeer()
    {
        _link.Make();
        RenewPeer();
    }

    /// <summary>Sets the port's interface down.</summary>
    public void SetDown() => _link.SetDown();

    /// <summary>Sets the port's interface up again; when this returns, frames pass both ways.</summary>
    public void SetUp()
    {
        _link.SetUp();
        _link.WaitUntilUp();
        RenewPeer();
    }

    /// <summary>Waits until frames pass both ways on an interface that the port has taken up.</summary>
    public void WaitUntilUp() => _link.WaitUntilUp();

    public override void Reopen()
    {
        _port.Dispose();
        _port = OpenPort();
    }

    public override void Dispose()
    {
        _port.Dispose();
        Peer.Dispose();
        _link.Dispose();
        GC.SuppressFinalize(this);
    }

    // A socket whose interface was down or has gone begins with an error, or is on nothing.
    private void RenewPeer()
    {
        Peer.Dispose();
        Peer = new PacketSocket(_link.PeerName);
    }

    private IPort OpenPort()
    {
        IPort port = PortDriverCatalog.Open(_kind, _settings);
        _link.WaitUntilUp();
        foreach (byte[] frame in _incoming)
        {
            Peer.Send(frame);
        }

        return port;
    }
}
