using NetworkingSfc.Testing.VirtualLinks;

namespace NetworkingSfc.Dataplane.Tests.Ports.Tap;

/// <summary>A port on a TAP interface that was there before, and a socket of this host on the same interface.</summary>
internal sealed class TapRig(IReadOnlyList<byte[]> incoming, int queues = 1)
    : InterfaceRig("tap", TapInterface.Create(hasSeveralQueues: queues > 1), incoming, ("queues", $"{queues}"));
