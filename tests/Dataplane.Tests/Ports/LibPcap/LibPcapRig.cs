using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports.LibPcap;

/// <summary>A port on one end of a virtual link, and a socket on the other.</summary>
internal sealed class LibPcapRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<byte[]> _incoming;
    private IPort _port;

    public LibPcapRig(IReadOnlyList<byte[]> incoming)
    {
        _incoming = incoming;
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

    public PacketSocket Peer { get; }

    public override IReadOnlyList<byte[]> TakeSent(int count) => Peer.Receive(count, _patience);

    public override void EndPeer() => Link.Remove();

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
        IPort port = PortDriverCatalog.Open("libpcap", new Dictionary<string, string> { ["interface"] = Link.First });
        foreach (byte[] frame in _incoming)
        {
            Peer.Send(frame);
        }

        return port;
    }
}
