using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>A frame that left the engine, and where.</summary>
public sealed record SentFrame(int Port, byte[] Bytes, int Member, ulong FlowHash);

/// <summary>A port whose wire is the test: frames are put in by hand, and what comes out is kept.</summary>
internal sealed class TestPort(int number, Action<SentFrame> sent) : IPort, IRxQueue, ITxQueue
{
    private readonly Queue<(byte[] Frame, int WireLength)> _waiting = new();
    private readonly List<int> _heldSlots = [];
    private PacketArena? _arena;

    public int RxQueueCount => 1;

    public int TxQueueCount => 1;

    public PortStatistics Statistics => default;

    /// <summary>Frames the transmit queue still takes.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Keeps the slots of transmitted frames, as a queue does that has not sent them yet.</summary>
    public bool KeepsSlots { get; set; }

    public int HeldCount => _heldSlots.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>Makes a frame ready to be received.</summary>
    public void Inject(byte[] frame, int? wireLength = null) => _waiting.Enqueue((frame, wireLength ?? frame.Length));

    /// <summary>Gives back the slots that were kept.</summary>
    public void ReleaseSlots()
    {
        _heldSlots.ForEach(slot => _arena!.Return(slot));
        _heldSlots.Clear();
    }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _arena = arena;
        return this;
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena) => this;

    public void Receive(PacketBatch batch)
    {
        while (batch.Free > 0 && _waiting.Count > 0 && _arena!.TryRent(out int slot))
        {
            (byte[] frame, int wireLength) = _waiting.Dequeue();
            frame.CopyTo(_arena.Slot(slot)[PacketArena.HeadroomBytes..]);
            batch.Append(slot, PacketArena.HeadroomBytes, frame.Length, wireLength);
        }
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        int taken = Math.Min(buffers.Length, Room);
        Room -= taken;
        foreach (ref readonly PacketBuffer buffer in buffers[..taken])
        {
            sent(new SentFrame(number, _arena!.Frame(buffer).ToArray(), buffer.Member, buffer.FlowHash));
            if (KeepsSlots)
            {
                _heldSlots.Add(buffer.Slot);
            }
            else
            {
                _arena.Return(buffer.Slot);
            }
        }

        return taken;
    }

    public void Dispose()
    {
    }
}
