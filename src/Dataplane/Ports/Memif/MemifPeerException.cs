namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>There is no connection, or no longer: the peer refused, went away, or broke a rule. Never leaves the control thread.</summary>
/// <param name="message">A sentence without its full stop, for the port's fault.</param>
/// <param name="tellPeer">What the peer is told before the socket is closed, or null for nothing.</param>
internal sealed class MemifPeerException(string message, string? tellPeer = null) : Exception(message)
{
    /// <summary>What the peer is told before the socket is closed, or null for nothing.</summary>
    public string? TellPeer { get; } = tellPeer;

    /// <summary>The peer broke a rule of the protocol, and is told so.</summary>
    public static MemifPeerException Broken(string rule) => new($"the peer broke the protocol: {rule}", rule);
}
