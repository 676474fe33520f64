using System.Diagnostics;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Ports;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>A port and a guest at the two ends of a socket; either may be the one that listens.</summary>
internal sealed class VhostUserRig : PortRig
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sfc-vhost-");
    private readonly IReadOnlyList<byte[]> _incoming;
    private readonly Func<FrontEnd, VhostUserGuest> _makeGuest;
    private readonly Socket? _listener;
    private readonly Dictionary<string, string> _settings;
    private IPort _port;

    /// <summary>Opens the port and starts the guest.</summary>
    /// <param name="mode">What the port is, client or server.</param>
    /// <param name="incoming">Frames that the guest sends at once.</param>
    /// <param name="queues">Pairs of queues of the port.</param>
    /// <param name="makeGuest">The guest; an ordinary one unless given.</param>
    public VhostUserRig(string mode, IReadOnlyList<byte[]> incoming, int queues = 1, Func<FrontEnd, VhostUserGuest>? makeGuest = null)
    {
        _incoming = incoming;
        _makeGuest = makeGuest ?? (frontEnd => new VhostUserGuest(frontEnd, queues));
        _settings = new Dictionary<string, string> { ["socket"] = Path, ["mode"] = mode, ["queues"] = $"{queues}" };
        if (mode == "client")
        {
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(Path));
            _listener.Listen();
        }

        _port = PortDriverCatalog.Open("vhost-user", _settings);
        Guest = StartGuest();
    }

    public override IPort Port => _port;

    public override bool ShowsPeerEnded => _port.Fault is not null;

    public VhostUserGuest Guest { get; private set; }

    private string Path => System.IO.Path.Combine(_directory.FullName, "socket");

    public override IReadOnlyList<byte[]> TakeSent(int count) => [.. Guest.Take(count).Select(taken => taken.Frame)];

    public override void EndPeer() => Guest.FrontEnd.Dispose();

    public override void Reopen()
    {
        _port.Dispose();
        Guest.Dispose();
        _port = PortDriverCatalog.Open("vhost-user", _settings);
        Guest = StartGuest();
    }

    public override void Dispose()
    {
        _port.Dispose();
        Guest.Dispose();
        _listener?.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A new connection to the port.</summary>
    public FrontEnd NewConnection()
    {
        if (_listener is null)
        {
            return FrontEnd.Connect(Path);
        }

        Assert.True(_listener.Poll(_patience, SelectMode.SelectRead), "the port did not connect");
        return new FrontEnd(_listener.Accept());
    }

    public void AwaitFault(Func<string?, bool> isReached)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!isReached(_port.Fault) && waited.Elapsed < _patience)
        {
            Thread.Sleep(1);
        }

        Assert.True(isReached(_port.Fault), $"the port says: {_port.Fault ?? "nothing"}");
    }

    private VhostUserGuest StartGuest()
    {
        VhostUserGuest guest = _makeGuest(NewConnection());
        guest.Start();
        foreach (byte[] frame in _incoming)
        {
            guest.Send(frame);
        }

        AwaitFault(fault => fault is null);
        return guest;
    }
}
