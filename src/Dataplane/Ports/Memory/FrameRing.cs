using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Ports.Memory;

/// <summary>
/// A bounded queue of frames between exactly two threads: one writes, one reads. Neither ever waits for the other, and a
/// frame is visible to the reader only when it is whole.
/// </summary>
internal sealed class FrameRing
{
    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private readonly int _frameBytes;
    private readonly int _mask;
    private Position _written;
    private Position _read;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="slots">Frames it holds, a power of two.</param>
    /// <param name="frameBytes">Largest frame it holds, in bytes.</param>
    public FrameRing(int slots, int frameBytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(slots * frameBytes);
        _entries = new Entry[slots];
        _frameBytes = frameBytes;
        _mask = slots - 1;
    }

    /// <summary>Appends a copy of a frame. The writing thread only.</summary>
    /// <param name="frame">At most the bytes that a slot holds.</param>
    /// <param name="wireLength">Bytes it had on the wire.</param>
    /// <returns>False when the ring is full.</returns>
    public bool TryWrite(ReadOnlySpan<byte> frame, int wireLength)
    {
        // Positions run through all numbers and wrap around; only their difference and their low bits mean something.
        int position = _written.Value;
        if (position - Volatile.Read(ref _read.Value) > _mask)
        {
            return false;
        }

        int slot = position & _mask;
        PacketWork.Copy(frame.Length);
        frame.CopyTo(_bytes.AsSpan(slot * _frameBytes, _frameBytes));
        _entries[slot] = new Entry(frame.Length, wireLength);
        Volatile.Write(ref _written.Value, position + 1);
        return true;
    }

    /// <summary>Shows the oldest frame. The reading thread only.</summary>
    /// <param name="frame">The frame, valid until <see cref="Release"/>.</param>
    /// <param name="wireLength">Bytes it had on the wire.</param>
    /// <returns>False when the ring is empty.</returns>
    public bool TryPeek(out ReadOnlySpan<byte> frame, out int wireLength)
    {
        int position = _read.Value;
        if (position == Volatile.Read(ref _written.Value))
        {
            frame = default;
            wireLength = 0;
            return false;
        }

        int slot = position & _mask;
        frame = _bytes.AsSpan(slot * _frameBytes, _entries[slot].Length);
        wireLength = _entries[slot].WireLength;
        return true;
    }

    /// <summary>Removes the frame that <see cref="TryPeek"/> has shown. The reading thread only.</summary>
    public void Release() => Volatile.Write(ref _read.Value, _read.Value + 1);

    private readonly record struct Entry(int Length, int WireLength);

    // Each thread writes one position all the time; on one cache line they would take it from each other at every frame.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Position
    {
        [FieldOffset(64)]
        public int Value;
    }
}
