using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.Subnets;

namespace NetworkingSfc.Control.Ports;

/// <summary>What can be wrong with a port, in Neutron's words where it has any.</summary>
internal static class PortProblems
{
    public static ApiProblem NotFound(string id) => new(404, "PortNotFound", $"Port {id} could not be found.");

    /// <summary>The reference fails with 500 here: its foreign key refuses the delete.</summary>
    public static ApiProblem InUse(Guid port, string user, Guid userId) => new(409, "PortInUse",
        $"Port {port} cannot be deleted: {user} {userId} uses it. Delete that first.");

    public static ApiProblem MacInUse(Port port) => new(409, "MacAddressInUse",
        $"Unable to complete operation for network {port.NetworkId}. The mac address {port.MacAddress} is in use.")
    { Attribute = "mac_address" };

    public static ApiProblem AddressInUse(IpAddressValue address, Subnet? subnet, Guid network) => new(409, "IpAddressAlreadyAllocated",
        subnet is null
            ? $"IP address {address} already allocated in network {network}"
            : $"IP address {address} already allocated in subnet {subnet.Id}")
    { Attribute = "fixed_ips" };

    public static ApiProblem DeviceInUse(Port owner, HostDevice device, int vlan) => new(409, "PortDeviceInUse",
        $"Port {owner.Id} has what is {(vlan == 0 ? "untagged" : $"tagged with VLAN {vlan}")} on the device '{device.Device}'"
        + $"{(device.Host.Length == 0 ? "" : $" of host {device.Host}")} already. Accepted is another device, or a vlan in binding:vif_details that no other port of the device has.")
    { Attribute = "binding:vif_details" };

    public static ApiProblem NotInSubnet(FixedIp ip) => new(400, "InvalidIpForNetwork",
        $"IP address {ip.Address} is not a valid IP for any of the subnets on the specified network.")
    { Attribute = "fixed_ips" };
}
