using System.Net.Sockets;
using System.Security.Cryptography;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>
/// A socket that clients come to, for all server ports of this process with its path: reads which interface a client
/// wants and hands it to that port. There as long as one of these ports is.
/// </summary>
internal sealed class MemifListener : IDisposable
{
    private const int MostWaiting = 16;
    private const int LongestMilliseconds = 1_000;
    private const int OutOfDescriptorsMilliseconds = 100;
    private const string Closing = "the socket is being closed";
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private static readonly Lock _listenersLock = new();
    private static readonly Dictionary<string, MemifListener> _listeners = [];

    private readonly Lock _serversLock = new();
    private readonly List<MemifServer> _servers = [];
    private readonly Queue<Caller> _callers = new(MostWaiting);
    private readonly Socket _socket;
    private readonly ControlWake _wake = new();
    private readonly Thread _thread;

    private MemifListener(MemifServer first)
    {
        _servers.Add(first);
        _socket = UnixSocket.Listen(new UnixDomainSocketEndPoint(first.Settings.SocketPath), OwnerAndGroup, SocketType.Seqpacket);
        _socket.Blocking = false;
        _thread = new Thread(Run) { Name = "memif listener", IsBackground = true };
        _thread.Start();
    }

    /// <summary>A port waits for the client of its id from now on.</summary>
    /// <exception cref="PortOpenException">Another port has the id, or the socket cannot be listened at.</exception>
    public static void Join(MemifServer server)
    {
        string path = server.Settings.SocketPath;
        lock (_listenersLock)
        {
            try
            {
                if (_listeners.TryGetValue(path, out MemifListener? listener))
                {
                    listener.Add(server);
                }
                else
                {
                    _listeners.Add(path, new MemifListener(server));
                }
            }
            catch (SocketPathException failure)
            {
                throw new PortOpenException(failure.Message, failure);
            }
        }
    }

    /// <summary>A port waits no longer.</summary>
    public static void Leave(MemifServer server)
    {
        lock (_listenersLock)
        {
            MemifListener listener = _listeners[server.Settings.SocketPath];
            if (!listener.Remove(server))
            {
                _listeners.Remove(server.Settings.SocketPath);
                listener.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _wake.Stop();
        _thread.Join();
        _socket.Dispose();
        _wake.Dispose();
    }

    private void Add(MemifServer server)
    {
        lock (_serversLock)
        {
            if (_servers.Exists(other => other.Settings.Id == server.Settings.Id))
            {
                throw new PortOpenException(
                    $"The settings 'socket' and 'id' of a memif port are '{server.Settings.SocketPath}' and {server.Settings.Id}, and another port of this process has both; accepted is an id that is free there.");
            }

            _servers.Add(server);
        }
    }

    // Whether others are left.
    private bool Remove(MemifServer server)
    {
        lock (_serversLock)
        {
            _servers.Remove(server);
            return _servers.Count > 0;
        }
    }

    private void Run()
    {
        Span<DescriptorPoll.Entry> entries = stackalloc DescriptorPoll.Entry[2 + MostWaiting];
        while (!_wake.IsStopped)
        {
            entries[0] = _wake.Entry;
            entries[1] = new DescriptorPoll.Entry { Descriptor = (int)_socket.Handle, Events = DescriptorPoll.Readable };
            int count = 2;
            foreach (Caller caller in _callers)
            {
                entries[count++] = caller.Channel.Entry;
            }

            int wait = _callers.TryPeek(out Caller oldest) ? (int)Math.Max(0, oldest.Deadline - Environment.TickCount64) : -1;
            DescriptorPoll.Wait(entries[..count], wait);
            for (int index = 2; index < count; index++)
            {
                Caller caller = _callers.Dequeue();
                if (entries[index].IsReady)
                {
                    Hear(caller.Channel);
                }
                else if (caller.Deadline <= Environment.TickCount64)
                {
                    caller.Channel.End("no INIT came in time");
                }
                else
                {
                    _callers.Enqueue(caller);
                }
            }

            if (entries[1].IsReady && !_wake.IsStopped)
            {
                Accept();
            }
        }

        while (_callers.TryDequeue(out Caller caller))
        {
            caller.Channel.End(Closing);
        }
    }

    private void Accept()
    {
        try
        {
            MemifChannel channel = new(_socket.Accept());
            if (_callers.Count == MostWaiting)
            {
                _callers.Dequeue().Channel.End("too many callers wait");
            }

            Greet(channel);
        }
        catch (SocketException)
        {
            // It has gone again, or this process has no descriptors left and will be asked again at once.
            _wake.Pause(OutOfDescriptorsMilliseconds);
        }
    }

    private void Greet(MemifChannel channel)
    {
        ushort lastRing;
        byte log2RingSize;
        lock (_serversLock)
        {
            if (_servers.Count == 0)
            {
                // The last port has just left.
                channel.End(Closing);
                return;
            }

            lastRing = (ushort)(_servers.Max(server => server.Settings.Rings) - 1);
            log2RingSize = (byte)_servers.Max(server => server.Settings.Log2RingSize);
        }

        HelloMessage hello = new(MemifMessage.Version, MemifMessage.Version, MemifRegions.MaxRegion, lastRing, lastRing, log2RingSize);
        try
        {
            channel.Send(hello.Write("sfc"));
            _callers.Enqueue(new Caller(channel, Environment.TickCount64 + LongestMilliseconds));
        }
        catch (MemifPeerException)
        {
            channel.Dispose();
        }
    }

    private void Hear(MemifChannel channel)
    {
        try
        {
            MemifMessageType type = channel.Receive();
            if (type != MemifMessageType.Init)
            {
                throw MemifPeerException.Broken($"INIT comes first, and not a message of type {(int)type}");
            }

            Admit(channel, InitMessage.Read(channel.Message));
        }
        catch (MemifPeerException failure)
        {
            channel.End(failure.TellPeer);
        }
    }

    private void Admit(MemifChannel channel, in InitMessage init)
    {
        uint id = init.Id;
        MemifServer? server;
        lock (_serversLock)
        {
            server = _servers.Find(candidate => candidate.Settings.Id == id);
            if (server is null)
            {
                throw MemifPeerException.Broken("the id is that of an interface here");
            }

            Check(init, InitMessage.SecretOf(channel.Message), server.Settings.Secret.Span);

            // Within the lock, so that a port that leaves is not handed anybody afterwards.
            if (!server.TryArrive(channel))
            {
                throw MemifPeerException.Broken("this interface has a peer already");
            }
        }
    }

    private static void Check(in InitMessage init, ReadOnlySpan<byte> given, ReadOnlySpan<byte> wanted)
    {
        if (init.Version != MemifMessage.Version)
        {
            throw MemifPeerException.Broken("the version is 2.0");
        }

        if (init.Mode != InitMessage.EthernetMode)
        {
            throw MemifPeerException.Broken("the mode is Ethernet");
        }

        Span<byte> padded = stackalloc byte[InitMessage.SecretBytes];
        padded.Clear();
        wanted.CopyTo(padded);
        if (!wanted.IsEmpty && !CryptographicOperations.FixedTimeEquals(padded, given))
        {
            throw MemifPeerException.Broken("the secret is that of the interface");
        }
    }

    private readonly record struct Caller(MemifChannel Channel, long Deadline);
}
