using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>Where a worker hands frames to. Called by that worker only; never waits.</summary>
public interface ITxQueue
{
    /// <summary>Takes frames from the front of a list, as many as there is room for.</summary>
    /// <param name="buffers">Frames in the arena the queue was opened with.</param>
    /// <returns>
    /// How many were taken. Their slots now belong to the queue, which returns them to the arena when it is done; the
    /// others stay the caller's.
    /// </returns>
    int Transmit(ReadOnlySpan<PacketBuffer> buffers);
}
