using System.Diagnostics;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>A memif port in one role and a peer in the other, at a socket of its own.</summary>
internal sealed class MemifRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly bool _isServer;
    private readonly IReadOnlyList<byte[]> _incoming;
    private readonly Dictionary<string, string> _settings;
    private readonly Socket? _listener;
    private IPort _port;
    private MemifPeer _peer;

    public MemifRig(bool isServer, IReadOnlyList<byte[]> incoming, int log2Size = 10, int rings = 1, params (string Name, string Value)[] more)
    {
        _isServer = isServer;
        _incoming = incoming;
        Log2Size = log2Size;
        Rings = rings;
        _settings = new Dictionary<string, string> { ["socket"] = Path, ["role"] = isServer ? "server" : "client", ["rings"] = $"{rings}" };
        if (!isServer)
        {
            _settings["ring_size"] = $"{1 << log2Size}";
            _listener = UnixSocket.Listen(new UnixDomainSocketEndPoint(Path), UnixFileMode.UserRead | UnixFileMode.UserWrite, SocketType.Seqpacket);
        }

        foreach ((string name, string value) in more)
        {
            _settings[name] = value;
        }

        (_port, _peer) = Open();
    }

    public string Path { get; } = NewPath();

    public int Log2Size { get; }

    public int Rings { get; }

    public MemifPeer Peer => _peer;

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    public static string NewPath() => System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"memif-{Guid.NewGuid():n}.sock");

    /// <summary>Waits until the port's fault is as wanted.</summary>
    public static void AwaitFault(IPort port, Predicate<string?> isWanted)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!isWanted(port.Fault))
        {
            Assert.True(waited.Elapsed < _patience, $"the fault is still: {port.Fault}");
            Thread.Sleep(1);
        }
    }

    public override IReadOnlyList<byte[]> TakeSent(int count) => _peer.Take(count);

    public override void EndPeer() => _peer.Dispose();

    /// <summary>The peer goes, if it has not, and another one comes.</summary>
    public void ReplacePeer()
    {
        _peer.Dispose();
        AwaitFault(_port, fault => fault is not null);
        _peer = Join(_port);
    }

    public override void Reopen()
    {
        _port.Dispose();
        _peer.Dispose();
        (_port, _peer) = Open();
    }

    public override void Dispose()
    {
        _port.Dispose();
        _peer.Dispose();
        _listener?.Dispose();
        File.Delete(Path);
    }

    private (IPort Port, MemifPeer Peer) Open()
    {
        IPort port = PortDriverCatalog.Open("memif", _settings);
        try
        {
            return (port, Join(port));
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    private MemifPeer Join(IPort port)
    {
        MemifPeer peer = _isServer ? MemifPeer.Client(Path, rings: Rings, log2Size: Log2Size) : MemifPeer.Server(_listener!, Rings);
        AwaitFault(port, fault => fault is null);
        Assert.All(_incoming, frame => Assert.True(peer.ToPort[0].TrySend(frame)));
        return peer;
    }
}
