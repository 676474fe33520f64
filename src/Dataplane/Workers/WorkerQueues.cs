using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>
/// The queues that a worker has. Immutable: who attaches or detaches a port offers the worker another one, which it takes up
/// between two steps.
/// </summary>
internal sealed record WorkerQueues
{
    /// <summary>No queues.</summary>
    public static WorkerQueues None { get; } = new();

    /// <summary>Receive queues with the numbers of their ports, in the order in which they are polled.</summary>
    public ImmutableArray<(int Port, IRxQueue Queue)> Receive { get; private init; } = [];

    /// <summary>Rings of other workers for transmit queues that this one has, with the numbers of their ports.</summary>
    public ImmutableArray<(int Port, HandoffRing Ring)> Handoffs { get; private init; } = [];

    /// <summary>Transmit queues by port number; null where nothing is attached.</summary>
    public ImmutableArray<(ITxQueue? Queue, AttachedPort? Port)> Transmit { get; private init; } = [];

    /// <summary>These and a receive queue.</summary>
    public WorkerQueues WithReceive(int port, IRxQueue queue) => this with { Receive = Receive.Add((port, queue)) };

    /// <summary>These and a ring to be emptied.</summary>
    public WorkerQueues WithHandoff(int port, HandoffRing ring) => this with { Handoffs = Handoffs.Add((port, ring)) };

    /// <summary>These and a port's transmit queue.</summary>
    /// <param name="port">Number of the port.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="attached">Says whether the port is down; null for one that nobody watches.</param>
    public WorkerQueues WithTransmit(int port, ITxQueue queue, AttachedPort? attached)
    {
        ImmutableArray<(ITxQueue?, AttachedPort?)> grown = Transmit.Length > port
            ? Transmit
            : Transmit.AddRange(Enumerable.Repeat(((ITxQueue?)null, (AttachedPort?)null), port + 1 - Transmit.Length));
        return this with { Transmit = grown.SetItem(port, (queue, attached)) };
    }

    /// <summary>These without the queues of a port; what other workers have handed over for it stays.</summary>
    public WorkerQueues WithoutQueues(int port) => this with
    {
        Receive = Receive.RemoveAll(entry => entry.Port == port),
        Transmit = port < Transmit.Length ? Transmit.SetItem(port, default) : Transmit,
    };

    /// <summary>These without the rings for a port.</summary>
    public WorkerQueues WithoutHandoffs(int port) => this with { Handoffs = Handoffs.RemoveAll(entry => entry.Port == port) };
}
