using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Networks;

/// <summary>A layer 2 network: the ports that reach each other without a chain.</summary>
public sealed record Network : Resource, IRevisioned
{
    /// <summary>Value of <see cref="Mtu"/> when none was given: ports of the network send frames of any length.</summary>
    public const int NoMtu = 0;

    private const int NeutronDefaultMtu = 1500;

    /// <summary>Largest frame, without its Ethernet header and VLAN tags, that a port of this network sends.</summary>
    public int Mtu { get; init; } = NoMtu;

    /// <summary>The MTU that clients see: Neutron always shows one.</summary>
    public int ShownMtu => Mtu == NoMtu ? NeutronDefaultMtu : Mtu;

    /// <summary>Administrative state as sent.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>
    /// Extension attribute <c>switching</c>: where stations are is learned from their frames and what has no known destination
    /// is flooded (<c>learn</c>); otherwise only what the state says is known (<c>static</c>, not answered).
    /// </summary>
    public bool Learns { get; init; }

    /// <summary>Whether other projects see the network.</summary>
    public bool Shared { get; init; }

    /// <summary>Counts the changes of this network, from 1; what <c>If-Match</c> compares.</summary>
    public int RevisionNumber { get; init; } = 1;
}
