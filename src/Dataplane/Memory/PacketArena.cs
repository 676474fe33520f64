using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// A worker's packet memory: one aligned native block cut into equal slots of headroom and data, and the list of free
/// slots. Owned by one thread; nothing here is synchronised.
/// </summary>
/// <remarks>
/// Bounds: <see cref="Slot"/> is the only way to the bytes and checks the slot number; the span it gives is one slot long.
/// Ownership: a slot belongs to the pool, a batch or a queue. Debug builds fill freed slots with a pattern and assert on a
/// slot that is returned twice.
/// </remarks>
public sealed unsafe class PacketArena : IDisposable
{
    /// <summary>Bytes before a received frame that headers can be inserted into.</summary>
    public const int HeadroomBytes = 128;

    /// <summary>Largest frame a slot can be asked to hold; the largest record that capture files carry.</summary>
    public const int LargestFrameBytes = 262_144;

    private const int CacheLineBytes = 64;
    private const byte FreedPattern = 0xdd;

    private readonly byte* _block;
    private readonly int[] _free;
    private readonly bool[] _isFree;
    private readonly PacketOrigin[] _origins;
    private int _freeCount;
    private bool _disposed;

    /// <summary>Allocates the block.</summary>
    /// <param name="slotCount">Slots, 1 or more.</param>
    /// <param name="frameBytes">Largest frame a slot holds, 64 to <see cref="LargestFrameBytes"/>.</param>
    public PacketArena(int slotCount, int frameBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slotCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameBytes, CacheLineBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameBytes, LargestFrameBytes);
        SlotCount = slotCount;
        FrameBytes = frameBytes;
        SlotBytes = OddLines(HeadroomBytes + frameBytes) * CacheLineBytes;

        // One more line than the slots need: a wide load at the end of the last frame stays inside the block.
        nuint bytes = ((nuint)slotCount * (nuint)SlotBytes) + CacheLineBytes;
        _block = (byte*)NativeMemory.AlignedAlloc(bytes, 4096);
        _free = new int[slotCount];
        _isFree = new bool[slotCount];
        _origins = new PacketOrigin[slotCount];
        for (int slot = slotCount - 1; slot >= 0; slot--)
        {
            Return(slot);
        }
    }

    /// <summary>Frees the block when the owner forgot to.</summary>
    ~PacketArena() => Free();

    /// <summary>Slots.</summary>
    public int SlotCount { get; }

    /// <summary>Largest frame a slot holds, in bytes.</summary>
    public int FrameBytes { get; }

    /// <summary>Distance between slots: an odd number of cache lines, so that headers spread over the cache sets.</summary>
    public int SlotBytes { get; }

    /// <summary>Slots that no packet occupies.</summary>
    public int FreeCount => _freeCount;

    /// <summary>Slots owned by batches and queues: what the sum law calls held.</summary>
    public int HeldCount => SlotCount - _freeCount;

    /// <summary>All bytes of a slot.</summary>
    /// <param name="slot">0 to <see cref="SlotCount"/> - 1.</param>
    public Span<byte> Slot(int slot)
    {
        if ((uint)slot >= (uint)SlotCount)
        {
            ThrowNoSuchSlot(slot);
        }

        return new Span<byte>(_block + ((nint)slot * SlotBytes), SlotBytes);
    }

    /// <summary>The bytes of a frame.</summary>
    /// <param name="buffer">The frame.</param>
    public Span<byte> Frame(in PacketBuffer buffer) => Slot(buffer.Slot).Slice(buffer.Start, buffer.Length);

    /// <summary>Where a slot's packet came from.</summary>
    /// <param name="slot">0 to <see cref="SlotCount"/> - 1.</param>
    public ref PacketOrigin Origin(int slot) => ref _origins[slot];

    /// <summary>Takes a free slot.</summary>
    /// <param name="slot">The slot, now the caller's.</param>
    /// <returns>False when none is free.</returns>
    public bool TryRent(out int slot)
    {
        if (_freeCount == 0)
        {
            slot = -1;
            return false;
        }

        slot = _free[--_freeCount];
        MarkFree(slot, isFree: false);
        _origins[slot] = default;
        return true;
    }

    /// <summary>Gives a slot back.</summary>
    /// <param name="slot">A slot that the caller owns.</param>
    public void Return(int slot)
    {
        FillFreed(slot);
        MarkFree(slot, isFree: true);
        _free[_freeCount++] = slot;
    }

    /// <summary>Frees the block. No span of it may be used after.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static int OddLines(int bytes) => ((bytes + CacheLineBytes - 1) / CacheLineBytes) | 1;

    private static void ThrowNoSuchSlot(int slot) =>
        throw new ArgumentOutOfRangeException(nameof(slot), slot, "no such slot in this arena");

    [Conditional("DEBUG")]
    private void MarkFree(int slot, bool isFree)
    {
        Debug.Assert(_isFree[slot] != isFree, "the slot is free already");
        _isFree[slot] = isFree;
    }

    // Only the start of a slot is filled: enough to make a use after free visible, cheap enough for the test suite.
    [Conditional("DEBUG")]
    private void FillFreed(int slot) => Slot(slot)[..Math.Min(SlotBytes, 512)].Fill(FreedPattern);

    private void Free()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMemory.AlignedFree(_block);
        }
    }
}
