namespace NetworkingSfc.Dataplane.Ports.AfPacket;

/// <summary>How an <see cref="AfPacketPort"/> was asked for.</summary>
/// <param name="Interface">Name of the interface.</param>
/// <param name="Queues">Queues each way.</param>
/// <param name="RxBlocks">Blocks of a receive ring.</param>
/// <param name="TxFrames">Frames of a transmit ring.</param>
/// <param name="BypassesQueueing">Whether frames go past the interface's queueing discipline and past those who capture.</param>
internal sealed record AfPacketSettings(string Interface, int Queues, int RxBlocks, int TxFrames, bool BypassesQueueing);
