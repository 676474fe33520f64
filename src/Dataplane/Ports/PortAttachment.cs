namespace NetworkingSfc.Dataplane.Ports;

/// <summary>What a port is attached to. Equal ones need nothing done.</summary>
/// <param name="Name">The port as people know it: its id in the API.</param>
/// <param name="Device">What is opened. Ports with equal devices share one.</param>
/// <param name="VlanId">Tag of the port's frames on its device, 1 to 4094; 0 for frames without a tag.</param>
public sealed record PortAttachment(string Name, PortDevice Device, int VlanId = 0);
