using System.Buffers.Binary;
using System.Numerics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>Writes the next frame into a slot's room and gives its length.</summary>
internal delegate int FrameFiller(Span<byte> room);

/// <summary>
/// A port for many frames: they are written straight into their slots, and what comes out is counted and given back at
/// once. Allocates nothing.
/// </summary>
internal sealed class LoadPort(FrameFiller fill) : IPort, IRxQueue, ITxQueue
{
    private PacketArena? _arena;

    public int RxQueueCount => 1;

    public int TxQueueCount => 1;

    public PortStatistics Statistics => default;

    /// <summary>Frames still to be received.</summary>
    public int Budget { get; set; }

    public long SentFrames { get; private set; }

    public long EmptyFrames { get; private set; }

    /// <summary>Of all bytes and lengths that were sent, in their order.</summary>
    public ulong Digest { get; private set; }

    /// <summary>True to compute <see cref="Digest"/>.</summary>
    public bool IsDigesting { get; init; }

    public IRxQueue OpenRxQueue(int queue, PacketArena arena)
    {
        _arena = arena;
        return this;
    }

    public ITxQueue OpenTxQueue(int queue, PacketArena arena) => this;

    public void Receive(PacketBatch batch)
    {
        while (Budget > 0 && batch.Free > 0 && _arena!.TryRent(out int slot))
        {
            Budget--;
            int length = fill(_arena.Slot(slot).Slice(PacketArena.HeadroomBytes, _arena.FrameBytes));
            batch.Append(slot, PacketArena.HeadroomBytes, length, length);
        }
    }

    public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
    {
        foreach (ref readonly PacketBuffer buffer in buffers)
        {
            SentFrames++;
            EmptyFrames += _arena!.Frame(buffer).IsEmpty ? 1 : 0;
            if (IsDigesting)
            {
                Digest = Mixed(Digest, _arena.Frame(buffer));
            }

            _arena.Return(buffer.Slot);
        }

        return buffers.Length;
    }

    private static ulong Mixed(ulong digest, ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9e37_79b9_7f4a_7c15;
        digest = (digest ^ (ulong)bytes.Length) * Multiplier;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            digest = BitOperations.RotateLeft((digest ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Multiplier, 29);
        }

        foreach (byte one in bytes)
        {
            digest = (digest ^ one) * Multiplier;
        }

        return digest;
    }

    public void Dispose()
    {
    }
}
