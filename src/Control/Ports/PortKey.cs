using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>What only one port can have: an address in a network, or a VLAN of a device.</summary>
/// <param name="Network">The network's id; empty for a device.</param>
/// <param name="Family">Family of an IP address; null for another key.</param>
/// <param name="Value">The address, or the VLAN tag with 0 for none.</param>
/// <param name="Device">The device; null for an address.</param>
internal readonly record struct PortKey(Guid Network, IpFamily? Family, UInt128 Value, HostDevice? Device = null)
{
    /// <summary>The key of an Ethernet address.</summary>
    public static PortKey Of(Guid network, MacAddress address) => new(network, null, address.Value);

    /// <summary>The key of an IP address.</summary>
    public static PortKey Of(Guid network, IpAddressValue address) => new(network, address.Family, address.Value);

    /// <summary>The key of a VLAN of a device.</summary>
    public static PortKey Of(HostDevice device, int vlan) => new(Guid.Empty, null, (UInt128)vlan, device);

    /// <summary>All keys of a port.</summary>
    public static IEnumerable<PortKey> Of(Port port)
    {
        yield return Of(port.NetworkId, port.MacAddress);
        foreach (FixedIp ip in port.FixedIps)
        {
            yield return Of(port.NetworkId, ip.Address);
        }

        if (PortBinding.PlaceOf(port) is (HostDevice device, int vlan))
        {
            yield return Of(device, vlan);
        }
    }
}
