using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Ports;

/// <summary>A place where frames come in and go out. Opened by a driver; its queues belong to one worker each.</summary>
public interface IPort : IDisposable
{
    /// <summary>Receive queues that can be opened, 1 or more.</summary>
    int RxQueueCount { get; }

    /// <summary>Transmit queues that can be opened, 1 or more; where there are fewer than workers, some hand their frames to others.</summary>
    int TxQueueCount { get; }

    /// <summary>What happened on the port below the forwarder, summed over its queues.</summary>
    PortStatistics Statistics { get; }

    /// <summary>
    /// Why the port moves no frames in at least one direction (the interface has gone, the disk is full): a sentence for
    /// people, or null while nothing is wrong. May return to null when the cause ends. Safe to read from any thread, and
    /// after disposing. Ports that cannot fail leave it at null.
    /// </summary>
    string? Fault => null;

    /// <summary>
    /// True when the port will never move a frame again, whatever happens: it has to be closed, and opened anew. Ports that
    /// recover by themselves leave it at false.
    /// </summary>
    bool IsLost => false;

    /// <summary>Opens a receive queue for one worker.</summary>
    /// <param name="queue">0 to <see cref="RxQueueCount"/> - 1, each once.</param>
    /// <param name="arena">The worker's packet memory.</param>
    IRxQueue OpenRxQueue(int queue, PacketArena arena);

    /// <summary>Opens a transmit queue for one worker.</summary>
    /// <param name="queue">0 to <see cref="TxQueueCount"/> - 1, each once.</param>
    /// <param name="arena">The worker's packet memory.</param>
    ITxQueue OpenTxQueue(int queue, PacketArena arena);
}
