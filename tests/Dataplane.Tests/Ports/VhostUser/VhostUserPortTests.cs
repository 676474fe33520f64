using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.VhostUser;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>A port that listens for its guest.</summary>
public sealed class VhostUserServerPortTests : PortDriverContract
{
    protected override IPortDriver Driver => new VhostUserPortDriver();

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new VhostUserRig("server", incoming);

    protected override PortRig OpenCongested(int frameBytes) =>
        new VhostUserRig("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 128));
}

/// <summary>A port that connects to its guest.</summary>
public sealed class VhostUserClientPortTests : PortDriverContract
{
    protected override IPortDriver Driver => new VhostUserPortDriver();

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new VhostUserRig("client", incoming);

    protected override PortRig OpenCongested(int frameBytes) =>
        new VhostUserRig("client", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 128));
}
