using System.Net.Sockets;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser;

/// <summary>
/// The control thread of a port: it waits for a front end or connects to one, again and again, and serves it. Whatever a
/// front end does ends at worst its own connection.
/// </summary>
internal sealed class FrontEndLink : IDisposable
{
    private const int PatienceMilliseconds = 100;
    private const int RetryMilliseconds = 250;
    private static readonly TimeSpan _endPatience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly VirtQueue[] _queues;
    private readonly Action _changed;
    private readonly ControlWait _wait = new();
    private readonly Thread _thread;
    private readonly Socket? _listener;
    private FrontEndSocket? _socket;
    private FrontEndSession? _session;
    private long _nextTry;
    private string? _state;
    private bool _isEnding;

    /// <summary>Makes a link that does nothing before <see cref="Start"/>.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <param name="listener">A socket that listens there, or null to connect to one.</param>
    /// <param name="queues">The port's queues.</param>
    /// <param name="changed">Called by the control thread when queues may have begun or ceased to move frames.</param>
    public FrontEndLink(string path, Socket? listener, VirtQueue[] queues, Action changed)
    {
        _path = path;
        _listener = listener;
        if (listener is not null)
        {
            listener.Blocking = false;
        }

        _queues = queues;
        _changed = changed;
        _state = listener is null
            ? $"Nobody listens at '{path}' yet; the vhost-user port tries to connect until a guest does."
            : $"No guest has connected to the vhost-user port at '{path}' yet.";
        _thread = new Thread(Run) { IsBackground = true, Name = $"vhost-user {path}" };
    }

    /// <summary>Why no frame can move as far as the connection is concerned; null while it is set up.</summary>
    public string? State => Volatile.Read(ref _state);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Has the thread serve what queues ask for. Any thread; never waits.</summary>
    public void Wake() => _wait.Wake();

    /// <summary>Ends the thread and the connection.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isEnding, true);
        Wake();
        if (_thread.Join(_endPatience))
        {
            _wait.Dispose();
        }

        // Else a front end keeps the thread in a write to its descriptor. It ends when that does, and holds nothing but
        // its own connection until then.
    }

    private void Run()
    {
        while (!Volatile.Read(ref _isEnding))
        {
            if (_socket is null && _listener is null)
            {
                TryConnect();
            }

            (bool hasMessage, bool hasVisitor) = _wait.Wait(_socket?.Socket, _listener, PatienceMilliseconds);
            foreach (VirtQueue queue in _queues)
            {
                queue.TakeRequest();
            }

            if (_session is { LostMemory: true })
            {
                Disconnect("it cut off memory that it had shared");
            }
            else if (hasMessage)
            {
                Serve();
            }

            // After the connection that there is: who has just lost it may be the one who comes again.
            if (hasVisitor)
            {
                Accept();
            }
        }

        Disconnect("the port is closed");
        _listener?.Dispose();
    }

    private void TryConnect()
    {
        if (Environment.TickCount64 < _nextTry || !Path.Exists(_path))
        {
            return;
        }

        _nextTry = Environment.TickCount64 + RetryMilliseconds;
        Socket? socket = null;
        try
        {
            // A server that lives but does not get around to accepting is not waited for.
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(new UnixDomainSocketEndPoint(_path));
            Begin(socket);
        }
        catch (SocketException)
        {
            socket?.Dispose();
        }
    }

    private void Accept()
    {
        try
        {
            Socket visitor = _listener!.Accept();
            if (_socket is null)
            {
                Begin(visitor);
            }
            else
            {
                // One port is one device. Who comes second is told at once by the end of the connection.
                visitor.Dispose();
            }
        }
        catch (SocketException failure)
        {
            // The visitor has gone again, or this process has no descriptor left for him: then he is there at the next look.
            Thread.Sleep(failure.SocketErrorCode == SocketError.WouldBlock ? 0 : PatienceMilliseconds);
        }
    }

    private void Begin(Socket socket)
    {
        _socket = new FrontEndSocket(socket);
        _session = new FrontEndSession(_socket, _queues);
        Volatile.Write(ref _state, $"The guest of the vhost-user port at '{_path}' has connected and not started its queues yet.");
    }

    private void Serve()
    {
        if (_socket!.TryRead(out string? end))
        {
            end = _session!.Handle();
            _socket.Next();
            _changed();
            Volatile.Write(ref _state, IsRunning(0) && IsRunning(1) ? null : _state ?? StoppedState());
        }

        if (end is not null)
        {
            Disconnect(end);
        }
    }

    private bool IsRunning(int direction) => _queues.Where((queue, number) => number % 2 == direction && queue.IsRunning).Any();

    private string StoppedState() => $"The guest of the vhost-user port at '{_path}' has stopped its queues.";

    private void Disconnect(string reason)
    {
        if (_socket is null)
        {
            return;
        }

        _session!.Dispose();
        _socket.Dispose();
        _session = null;
        _socket = null;
        _nextTry = Environment.TickCount64 + RetryMilliseconds;
        Volatile.Write(ref _state, $"The guest of the vhost-user port at '{_path}' is not connected: {reason}. It can connect again at any time.");
        _changed();
    }
}
