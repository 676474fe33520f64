namespace NetworkingSfc.Dataplane.Ports;

/// <summary>What happened on a port below the forwarder, since it was opened.</summary>
/// <param name="ReceivedPackets">Frames handed to workers.</param>
/// <param name="SentPackets">Frames taken from workers.</param>
/// <param name="ReceiveOversize">Frames that did not fit a buffer and were refused.</param>
public readonly record struct PortStatistics(long ReceivedPackets, long SentPackets, long ReceiveOversize);
