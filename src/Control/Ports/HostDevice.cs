using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Control.Ports;

/// <summary>A device that frames come from and go to, which ports may share by VLAN tag.</summary>
/// <param name="Host">The host it is on (<c>binding:host_id</c>).</param>
/// <param name="Device">What is opened there.</param>
internal sealed record HostDevice(string Host, PortDevice Device);
