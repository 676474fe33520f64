namespace NetworkingSfc.Testing.VirtualLinks;

/// <summary>An interface for a port, and the interface of its other side, under names nobody else uses. Removed when disposed.</summary>
public interface IVirtualLink : IDisposable
{
    /// <summary>Name of the interface for the port.</summary>
    string PortName { get; }

    /// <summary>Name of the interface where the other side sends and receives; the same one when that is this host itself.</summary>
    string PeerName { get; }

    /// <summary>Makes it anew under the same names after <see cref="Remove"/>.</summary>
    void Make();

    /// <summary>Takes it away while others use it.</summary>
    void Remove();

    /// <summary>Sets the port's interface down.</summary>
    void SetDown();

    /// <summary>Sets the port's interface up again.</summary>
    void SetUp();

    /// <summary>Waits until frames pass both ways.</summary>
    void WaitUntilUp();
}
