using System.Net.Sockets;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>
/// A port whose peer is another process on this host, over shared memory: memif version 2. As many queues as rings each way.
/// </summary>
/// <remarks>
/// <para>
/// The client owns the memory: rings and buffers. Frames are copied out of it and into it, so no peer holds a slot of ours, and
/// what a peer does to the memory while we read it changes a frame and nothing else.
/// </para>
/// <para>
/// A control thread keeps the connection. When the peer goes away or breaks a rule, the port has a fault, its rings are taken from
/// the workers, and the next connection begins with new memory.
/// </para>
/// </remarks>
internal sealed class MemifPort : IPort
{
    private const int LongestEndMilliseconds = 2_000;
    private const string BeingClosed = "the port is being closed";

    private readonly MemifRxQueue[] _received;
    private readonly MemifTxQueue[] _sent;
    private readonly QueueClaims _rxClaims;
    private readonly QueueClaims _txClaims;
    private readonly IMemifRendezvous _rendezvous;
    private readonly ControlWake _wake;
    private readonly Thread _thread;
    private readonly string _name;
    private string? _fault;
    private bool _isDisposed;

    /// <summary>Starts to look for a peer.</summary>
    /// <param name="settings">What it was asked to be.</param>
    /// <param name="rendezvous">How it gets at a peer; the port's from now on.</param>
    /// <param name="wake">The one that the rendezvous was given; the port's from now on.</param>
    public MemifPort(MemifSettings settings, IMemifRendezvous rendezvous, ControlWake wake)
    {
        _rendezvous = rendezvous;
        _wake = wake;
        _name = $"The memif port at '{settings.SocketPath}', interface id {settings.Id}";
        _received = [.. Enumerable.Range(0, settings.Rings).Select(_ => new MemifRxQueue())];
        _sent = [.. Enumerable.Range(0, settings.Rings).Select(_ => new MemifTxQueue())];
        _rxClaims = new QueueClaims("receive", settings.Rings);
        _txClaims = new QueueClaims("transmit", settings.Rings);
        _fault = rendezvous.Missing;
        _thread = new Thread(Run) { Name = $"memif {settings.Id}", IsBackground = true };
        _thread.Start();
    }

    public int RxQueueCount => _received.Length;

    public int TxQueueCount => _sent.Length;

    public string? Fault => Volatile.Read(ref _fault);

    public PortStatistics Statistics
    {
        get
        {
            PortStatistics sum = default;
            for (int queue = 0; queue < _received.Length; queue++)
            {
                PortStatistics received = _received[queue].Statistics;
                PortStatistics sent = _sent[queue].Statistics;
                sum = new PortStatistics(
                    sum.ReceivedPackets + received.ReceivedPackets,
                    sum.SentPackets + sent.SentPackets,
                    sum.ReceiveOversize + received.ReceiveOversize,
                    sum.ReceiveLost + received.ReceiveLost,
                    sum.SendRefused + sent.SendRefused,
                    sum.ReceiveInvalid + received.ReceiveInvalid + sent.ReceiveInvalid);
            }

            return sum;
        }
    }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _rxClaims.Claim(queue);
        _received[queue].Open(arena);
        return _received[queue];
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena)
    {
        _txClaims.Claim(queue);
        _sent[queue].Open(arena);
        return _sent[queue];
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _wake.Stop();
        if (_thread.Join(LongestEndMilliseconds))
        {
            _rendezvous.Dispose();
            _wake.Dispose();
            return;
        }

        // The peer keeps the thread in a write to the descriptor it gave for interrupts. The thread keeps what it uses until
        // then; the workers let go of it now.
        Detach();
        _rendezvous.Dispose();
    }

    private void Run()
    {
        int failures = 0;
        while (!_wake.IsStopped)
        {
            MemifConnection? connection = null;
            string? tellPeer = BeingClosed;
            string reason = BeingClosed;
            try
            {
                connection = _rendezvous.Connect(_wake);
                if (connection is null)
                {
                    continue;
                }

                failures = 0;
                Attach(connection);
                Volatile.Write(ref _fault, null);
                connection.Keep(_wake, _rendezvous.RefuseFurther);
            }
            catch (MemifPeerException failure)
            {
                tellPeer = failure.TellPeer;
                reason = failure.Message;
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                reason = failure.Message.TrimEnd('.');
            }

            Volatile.Write(ref _fault, $"{_name}, has no peer: {reason}. Frames move again with the next one.");
            Detach();
            connection?.End(tellPeer);
            connection?.Dispose();
            _wake.Pause(_rendezvous.PauseAfter(++failures));
        }
    }

    private void Attach(MemifConnection connection)
    {
        for (int queue = 0; queue < _received.Length; queue++)
        {
            _received[queue].Attach(connection.Received[queue]);
            _sent[queue].Attach(connection.Sent[queue]);
        }
    }

    private void Detach()
    {
        for (int queue = 0; queue < _received.Length; queue++)
        {
            _received[queue].Attach(null);
            _sent[queue].Attach(null);
        }
    }
}
