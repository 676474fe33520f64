using NetworkingSfc.Dataplane.Ports.AfXdp.Interop;

namespace NetworkingSfc.Dataplane.Ports.AfXdp;

/// <summary>How an AF_XDP port was asked for.</summary>
/// <param name="Interface">Name of the interface.</param>
/// <param name="Mode">Where the kernel runs the program; null for native where the driver can, else generic.</param>
/// <param name="Queues">Queues of the interface that are used, from the first one on.</param>
/// <param name="RingSize">Descriptors of each ring, a power of two.</param>
/// <param name="Frames">Chunks of memory for each queue, half of them each way.</param>
internal sealed record AfXdpSettings(string Interface, XdpMode? Mode, int Queues, int RingSize, int Frames);
