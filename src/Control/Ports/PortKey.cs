using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Ports;

/// <summary>An address in a network, which one port has.</summary>
/// <param name="Network">The network's id.</param>
/// <param name="Family">Its family; null for an Ethernet address.</param>
/// <param name="Value">The address.</param>
internal readonly record struct PortAddressKey(Guid Network, IpFamily? Family, UInt128 Value)
{
    /// <summary>The key of an Ethernet address.</summary>
    public static PortAddressKey Of(Guid network, MacAddress address) => new(network, null, address.Value);

    /// <summary>The key of an IP address.</summary>
    public static PortAddressKey Of(Guid network, IpAddressValue address) => new(network, address.Family, address.Value);

    /// <summary>The keys of all addresses of a port.</summary>
    public static IEnumerable<PortAddressKey> Of(Port port) =>
        port.FixedIps.Select(ip => Of(port.NetworkId, ip.Address)).Prepend(Of(port.NetworkId, port.MacAddress));
}
