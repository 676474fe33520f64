using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>Where a worker takes frames from. Called by that worker only; never waits.</summary>
public interface IRxQueue
{
    /// <summary>Appends frames that are ready, up to the room in the batch and in its arena.</summary>
    /// <param name="batch">An empty batch over the arena the queue was opened with; owns the slots appended.</param>
    void Receive(PacketBatch batch);

    /// <summary>The worker will not receive any more, and gets back the slots that the queue keeps for it. Queues that keep none do nothing.</summary>
    void Close()
    {
    }
}
