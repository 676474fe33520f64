using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Networks;

/// <summary>A layer 2 network: the ports that reach each other without a chain.</summary>
public sealed record Network : Resource, IRevisioned
{
    /// <summary>Largest frame, without its Ethernet header, that a port of this network sends.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Administrative state as sent.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Whether other projects see the network.</summary>
    public bool Shared { get; init; }

    /// <summary>Counts the changes of this network, from 1; what <c>If-Match</c> compares.</summary>
    public int RevisionNumber { get; init; } = 1;
}
