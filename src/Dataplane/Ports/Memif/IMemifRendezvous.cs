namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>How a port gets at its peer: by waiting for it, or by going there. Used by the port's control thread.</summary>
internal interface IMemifRendezvous : IDisposable
{
    /// <summary>What is missing before the first connection; a sentence.</summary>
    string Missing { get; }

    /// <summary>Milliseconds to wait after so many failures in a row, 1 or more.</summary>
    int PauseAfter(int failures);

    /// <summary>Gets a connection, waiting for a peer where that is the role.</summary>
    /// <param name="wake">Ends the wait.</param>
    /// <returns>The connection, or null when woken without one.</returns>
    /// <exception cref="MemifPeerException">There is nobody, or a peer with whom it does not work; its socket is closed.</exception>
    /// <exception cref="IOException">The system gives no memory or descriptors.</exception>
    MemifConnection? Connect(ControlWake wake);

    /// <summary>Sends away who comes while there is a connection.</summary>
    void RefuseFurther();
}
