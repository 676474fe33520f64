using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>A port of a network: what port pairs and classifiers refer to.</summary>
public sealed record Port : Resource, IRevisioned
{
    /// <summary>Network the port is on.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Ethernet address; unique in its network.</summary>
    public required MacAddress MacAddress { get; init; }

    /// <summary>Addresses in the order sent; each unique in its network.</summary>
    public ImmutableArray<FixedIp> FixedIps { get; init; } = [];

    /// <summary>The instance the port belongs to; "" for none. The two ports of a port pair have the same.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>Kind of owner as sent, for example <c>compute:nova</c>.</summary>
    public string DeviceOwner { get; init; } = "";

    /// <summary>Administrative state as sent.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Operational state that clients see: <c>DOWN</c> until something is bound to the port.</summary>
    public string Status { get; init; } = "DOWN";

    /// <summary>Host the port is bound to (<c>binding:host_id</c>), "" for none.</summary>
    public string BindingHostId { get; init; } = "";

    /// <summary>Kind of virtual interface asked for (<c>binding:vnic_type</c>).</summary>
    public string BindingVnicType { get; init; } = "normal";

    /// <summary>Kind of attachment (<c>binding:vif_type</c>) when a master or a document said; null for none said.</summary>
    public string? BindingVifType { get; init; }

    /// <summary>What there is to say about the attachment (<c>binding:vif_details</c>), as a JSON object: socket, mode, name of the tap.</summary>
    public string BindingVifDetailsJson { get; init; } = "{}";

    /// <summary><c>binding:profile</c> as a JSON object, as sent.</summary>
    public string BindingProfileJson { get; init; } = "{}";

    /// <summary>Whether the network's port security applies, as sent; nothing here acts on it.</summary>
    public bool PortSecurityEnabled { get; init; } = true;

    /// <summary>Counts the changes of this port, from 1.</summary>
    public int RevisionNumber { get; init; } = 1;
}
