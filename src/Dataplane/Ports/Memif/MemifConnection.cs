using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Interop;
using NetworkingSfc.Dataplane.Ports.Memif.Messages;

namespace NetworkingSfc.Dataplane.Ports.Memif;

/// <summary>A peer with whom frames can move: its control connection, the shared memory, and a ring for each queue.</summary>
internal sealed class MemifConnection : IDisposable
{
    private readonly MemifChannel _channel;
    private readonly MemifMemory _memory;

    /// <summary>Takes over everything.</summary>
    /// <param name="channel">The control connection.</param>
    /// <param name="memory">All regions.</param>
    /// <param name="received">Rings with frames from the peer.</param>
    /// <param name="sent">Rings with frames to the peer.</param>
    public MemifConnection(MemifChannel channel, MemifMemory memory, MemifRingEnd[] received, MemifRingEnd[] sent)
    {
        _channel = channel;
        _memory = memory;
        Received = received;
        Sent = sent;
    }

    /// <summary>Rings with frames from the peer, one a queue.</summary>
    public IReadOnlyList<MemifRingEnd> Received { get; }

    /// <summary>Rings with frames to the peer, one a queue.</summary>
    public IReadOnlyList<MemifRingEnd> Sent { get; }

    /// <summary>Keeps the connection until it ends.</summary>
    /// <param name="wake">Woken when a ring wants something, and when it is to end.</param>
    /// <param name="onWake">What else is to be looked at then, and now.</param>
    /// <exception cref="MemifPeerException">The peer has gone or broke a rule.</exception>
    public void Keep(ControlWake wake, Action onWake)
    {
        Span<DescriptorPoll.Entry> entries = [_channel.Entry, wake.Entry];
        onWake();
        while (!wake.IsStopped)
        {
            if (!DescriptorPoll.Wait(entries, -1))
            {
                continue;
            }

            if (entries[0].IsReady)
            {
                MemifMessageType type = _channel.Receive();
                throw MemifPeerException.Broken($"no message of type {(int)type} may follow once connected");
            }

            wake.Clear();
            foreach (MemifRingEnd end in Received)
            {
                ThrowIfBroken(end);
            }

            foreach (MemifRingEnd end in Sent)
            {
                ThrowIfBroken(end);
                end.Interrupt();
            }

            onWake();
        }
    }

    /// <summary>Says why, if the peer still listens, and closes the control connection.</summary>
    public void End(string? reason) => _channel.End(reason);

    public void Dispose()
    {
        _channel.Dispose();
        foreach (MemifRingEnd end in Received)
        {
            end.Dispose();
        }

        foreach (MemifRingEnd end in Sent)
        {
            end.Dispose();
        }

        _memory.Dispose();
    }

    private static void ThrowIfBroken(MemifRingEnd end)
    {
        if (end.BrokenRule is { } rule)
        {
            throw MemifPeerException.Broken(rule);
        }
    }
}
