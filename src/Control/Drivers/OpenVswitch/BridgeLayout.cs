using System.Collections.Immutable;

namespace NetworkingSfc.Control.Drivers.OpenVswitch;

/// <summary>What there is to know of a bridge before flows can be written for it.</summary>
/// <param name="Ports">OpenFlow port number by port id, of the ports that the bridge has.</param>
public sealed record BridgeLayout(ImmutableDictionary<Guid, int> Ports)
{
    /// <summary>The VLAN that a network has inside the bridge, by network id. Networks without one are numbered from 1 in creation order. Reference dialect only.</summary>
    public ImmutableDictionary<Guid, int> LocalVlans { get; init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>OpenFlow port number of the patch port to the tunnel bridge, for members on other hosts; null for none. Reference dialect only.</summary>
    public int? TunnelPatchPort { get; init; }
}
