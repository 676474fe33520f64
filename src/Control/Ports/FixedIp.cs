using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Ports;

/// <summary>One address of a port.</summary>
/// <param name="Address">The address.</param>
/// <param name="SubnetId">The subnet it is from, when a subnet of the network holds it.</param>
public readonly record struct FixedIp(IpAddressValue Address, Guid? SubnetId);
