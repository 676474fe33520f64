namespace NetworkingSfc.Control.Ports;

/// <summary>A device that frames come from and go to, which ports may share by VLAN tag.</summary>
/// <param name="Host">The host it is on (<c>binding:host_id</c>).</param>
/// <param name="VifType">What it is: <c>tap</c> or <c>vhostuser</c>.</param>
/// <param name="Name">Its name, or the path of its socket.</param>
internal sealed record PortDevice(string Host, string VifType, string Name);
