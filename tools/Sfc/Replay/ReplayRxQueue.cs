using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.PcapFile;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>Frames that come in at one port on one worker: what functions returned first, then input.</summary>
internal sealed class ReplayRxQueue(int port, ReplayLane lane, PacketArena arena) : IRxQueue
{
    /// <summary>Input is taken while fewer frames than this are under way on the worker: the other slots are for copies.</summary>
    public const int MostInFlight = 128;

    private readonly Queue<PacketBuffer> _returned = new(arena.SlotCount);

    /// <summary>Input frames that wait here.</summary>
    public StagedInput Input { get; } = new();

    /// <summary>True when nothing waits here.</summary>
    public bool IsEmpty => _returned.Count == 0 && Input.IsEmpty;

    /// <summary>Takes back a frame that a function sends; its slot is this queue's until it is received.</summary>
    /// <param name="buffer">The frame.</param>
    public void Return(in PacketBuffer buffer) => _returned.Enqueue(buffer);

    public void Receive(PacketBatch batch)
    {
        while (batch.Free > 0 && _returned.TryDequeue(out PacketBuffer buffer))
        {
            Append(batch, buffer.Slot, buffer.Start, arena.Frame(buffer), buffer.Length);
        }

        while (batch.Free > 0 && !Input.IsEmpty && arena.HeldCount < MostInFlight && arena.TryRent(out int slot))
        {
            StagedFrame frame = Input.Take(out ReadOnlySpan<byte> data);
            Span<byte> bytes = arena.Slot(slot).Slice(PacketArena.HeadroomBytes, frame.Length);
            data.CopyTo(bytes);
            arena.Origin(slot) = new PacketOrigin { InputPacket = frame.InputPacket, TimestampNanoseconds = frame.TimestampNanoseconds };
            Append(batch, slot, PacketArena.HeadroomBytes, bytes, frame.WireLength);
        }
    }

    private void Append(PacketBatch batch, int slot, int start, ReadOnlySpan<byte> frame, int wireLength)
    {
        lane.Log.Add(ref arena.Origin(slot), port, CaptureDirection.Inbound, frame, wireLength);
        batch.Append(slot, start, frame.Length, wireLength);
    }
}
