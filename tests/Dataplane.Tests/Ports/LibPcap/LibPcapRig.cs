using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports.LibPcap;

/// <summary>A port on one end of a virtual link, and a socket on the other.</summary>
internal sealed class LibPcapRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly VethPair _link = VethPair.Create();
    private readonly IReadOnlyList<byte[]> _incoming;
    private IPort _port;

    public LibPcapRig(IReadOnlyList<byte[]> incoming)
    {
        _incoming = incoming;
        try
        {
            Peer = new PacketSocket(_link.Second);
            _port = OpenPort();
        }
        catch
        {
            Peer?.Dispose();
            _link.Dispose();
            throw;
        }
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    public string InterfaceName => _link.First;

    public PacketSocket Peer { get; }

    public override IReadOnlyList<byte[]> TakeSent(int count) => Peer.Receive(count, _patience);

    public override void EndPeer() => _link.Remove();

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
    }

    private IPort OpenPort()
    {
        IPort port = PortDriverCatalog.Open("libpcap", new Dictionary<string, string> { ["interface"] = _link.First });
        foreach (byte[] frame in _incoming)
        {
            Peer.Send(frame);
        }

        return port;
    }
}
