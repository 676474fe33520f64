namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>The server's role: waits at the socket for the client of one interface id.</summary>
internal sealed class MemifServer : IMemifRendezvous
{
    private const int PauseMilliseconds = 50;

    private readonly MemifSettings _settings;
    private MemifChannel? _arrived;

    /// <summary>Waits at the socket from now on.</summary>
    /// <param name="settings">The port's.</param>
    /// <param name="wake">Woken when somebody arrives.</param>
    /// <exception cref="PortOpenException">The id is taken, or the socket cannot be listened at.</exception>
    public MemifServer(MemifSettings settings, ControlWake wake)
    {
        _settings = settings;
        Wake = wake;
        MemifListener.Join(this);
    }

    /// <summary>What the port was asked to be.</summary>
    public MemifSettings Settings => _settings;

    /// <summary>The port's control thread.</summary>
    public ControlWake Wake { get; }

    public string Missing => $"No peer has come to '{_settings.SocketPath}' for interface id {_settings.Id} yet; frames move when one does.";

    // A peer that is refused comes again at once if it likes; this is how often it may.
    public int PauseAfter(int failures) => PauseMilliseconds;

    /// <summary>The listener's thread: somebody has come whose INIT was right.</summary>
    /// <returns>False when another one has come just before and has not been looked at.</returns>
    public bool TryArrive(MemifChannel channel)
    {
        if (Interlocked.CompareExchange(ref _arrived, channel, null) is not null)
        {
            return false;
        }

        Wake.Signal();
        return true;
    }

    public MemifConnection? Connect(ControlWake wake)
    {
        MemifChannel? channel = Interlocked.Exchange(ref _arrived, null);
        if (channel is null)
        {
            wake.Wait();
            return null;
        }

        try
        {
            return MemifServerHandshake.Run(channel, _settings, wake);
        }
        catch (MemifPeerException failure)
        {
            channel.End(failure.TellPeer);
            throw;
        }
    }

    public void RefuseFurther() => Interlocked.Exchange(ref _arrived, null)?.End("this interface has a peer already");

    public void Dispose()
    {
        MemifListener.Leave(this);
        Interlocked.Exchange(ref _arrived, null)?.End("the port is being closed");
    }
}
