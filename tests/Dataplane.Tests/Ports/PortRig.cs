using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>A port under test together with whatever is on its other side.</summary>
public abstract class PortRig : IDisposable
{
    /// <summary>The port; opened anew by <see cref="Reopen"/>.</summary>
    public abstract IPort Port { get; }

    /// <summary>
    /// The frames that have come out of the port, at least so many if they come at all. Called once, when nothing more is sent.
    /// </summary>
    public abstract IReadOnlyList<byte[]> TakeSent(int count);

    /// <summary>The other side goes away, or has sent its last frame.</summary>
    public abstract void EndPeer();

    /// <summary>Whether the port shows that to those who watch it.</summary>
    public abstract bool ShowsPeerEnded { get; }

    /// <summary>Disposes the port and opens one with the same settings, to which the same frames come.</summary>
    public abstract void Reopen();

    public abstract void Dispose();
}
