using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>A port on one end of a virtual link, and a socket on the other.</summary>
internal sealed class VethRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly string _kind;
    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<byte[]> _incoming;
    private IPort _port;

    /// <summary>Opens the port.</summary>
    /// <param name="kind">Kind of the port.</param>
    /// <param name="incoming">Frames that are sent to it at once.</param>
    /// <param name="settings">Its settings beside the interface.</param>
    public VethRig(string kind, IReadOnlyList<byte[]> incoming, params (string Name, string Value)[] settings)
    {
        _kind = kind;
        _incoming = incoming;
        _settings = settings.Append(("interface", Link.First)).ToDictionary();
        try
        {
            Peer = new PacketSocket(Link.Second);
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

    public VethPair Link { get; } = VethPair.Create();

    public PacketSocket Peer { get; private set; }

    public override IReadOnlyList<byte[]> TakeSent(int count) => Peer.Receive(count, _patience);

    public override void EndPeer() => Link.Remove();

    /// <summary>The interfaces appear again under their names.</summary>
    public void ReturnPeer()
    {
        Link.Make();
        Peer.Dispose();
        Peer = new PacketSocket(Link.Second);
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
        IPort port = PortDriverCatalog.Open(_kind, _settings);
        foreach (byte[] frame in _incoming)
        {
            Peer.Send(frame);
        }

        return port;
    }
}
