using System.Runtime.CompilerServices;

namespace NetworkingSfc.Dataplane.Ports.Memif.Interop;

/// <summary>
/// One end of a ring (<c>memif_ring_t</c>): cookie at 0, flags at 4, head at 6, tail at 64, descriptors of 16 bytes from 128.
/// The client puts buffers at the head, the server gives them back at the tail: with frames in them from the client
/// to the server, empty for frames from the server to the client.
/// </summary>
/// <remarks>
/// <para>
/// The four ends differ in three things only: which index is the peer's, how far the peer's index is ahead of the slots it
/// hands over, and how far our own is ahead of where we are. Our own place is kept here and never read back.
/// </para>
/// <para>
/// Bounds: header and all slots are inside of the region when the ring is made; a slot number is masked with the ring's
/// size. Not synchronised: one worker uses it, between entering and leaving its queue's gate.
/// </para>
/// </remarks>
internal sealed unsafe class MemifRing
{
    /// <summary>Slots of the largest ring, as a power of two; all peers have the same limit. Indices of 16 bits need less than 15.</summary>
    public const int MaxLog2Size = 14;

    private const uint Cookie = 0x3E31F20;
    private const int FlagsOffset = 4;
    private const int HeadOffset = 6;
    private const int TailOffset = 64;
    private const int SlotsOffset = 128;
    private const int SlotBytes = 16;

    /// <summary>MEMIF_RING_FLAG_MASK_INT: who receives polls and wants no interrupts.</summary>
    private const ushort MaskInterrupts = 1;

    private readonly byte* _ring;
    private readonly ushort* _peerIndex;
    private readonly ushort* _ownIndex;
    private readonly int _peerLead;
    private readonly int _ownLead;
    private readonly int _mask;
    private readonly MemifBuffers? _buffers;
    private int _position;

    private MemifRing(byte* ring, MemifMemory memory, int log2Size, bool isReceiving, MemifBuffers? buffers)
    {
        _ring = ring;
        Memory = memory;
        Size = 1 << log2Size;
        _mask = Size - 1;
        _buffers = buffers;
        IsReceiving = isReceiving;
        bool isClient = buffers is not null;
        _peerIndex = (ushort*)(ring + (isClient ? TailOffset : HeadOffset));
        _ownIndex = (ushort*)(ring + (isClient ? HeadOffset : TailOffset));
        _peerLead = isClient && !isReceiving ? Size : 0;
        _ownLead = isClient && isReceiving ? Size : 0;
    }

    /// <summary>Slots.</summary>
    public int Size { get; }

    /// <summary>Where its buffers are.</summary>
    public MemifMemory Memory { get; }

    /// <summary>Whether frames come from the peer.</summary>
    public bool IsReceiving { get; }

    /// <summary>Whether the peer waits for interrupts. The caller has handed over slots before, with a fence in between.</summary>
    public bool WantsInterrupt => (Volatile.Read(ref *(ushort*)(_ring + FlagsOffset)) & MaskInterrupts) == 0;

    /// <summary>Bytes of header and slots.</summary>
    public static long BytesOf(int log2Size) => SlotsOffset + ((long)SlotBytes << log2Size);

    /// <summary>The server's end of a ring that the client has described.</summary>
    /// <param name="memory">All regions.</param>
    /// <param name="region">Region of the ring.</param>
    /// <param name="offset">Where it begins there.</param>
    /// <param name="log2Size">0 to <see cref="MaxLog2Size"/>.</param>
    /// <param name="isReceiving">Whether frames come from the client.</param>
    /// <returns>The ring, or null when no ring of this size is there.</returns>
    public static MemifRing? TryOpen(MemifMemory memory, int region, uint offset, int log2Size, bool isReceiving)
    {
        byte* ring = memory.Locate(region, offset, BytesOf(log2Size));
        return ring == null || offset % SlotBytes != 0 || *(uint*)ring != Cookie ? null : new MemifRing(ring, memory, log2Size, isReceiving, buffers: null);
    }

    /// <summary>The client's end of a ring in its own memory, as yet without anything handed over.</summary>
    /// <param name="memory">All regions.</param>
    /// <param name="offset">Where it begins in region 0, a multiple of 64.</param>
    /// <param name="log2Size">0 to <see cref="MaxLog2Size"/>.</param>
    /// <param name="isReceiving">Whether frames come from the server.</param>
    /// <param name="buffers">Its buffers, as many as slots.</param>
    public static MemifRing Create(MemifMemory memory, long offset, int log2Size, bool isReceiving, MemifBuffers buffers)
    {
        byte* start = memory.Locate(0, offset, BytesOf(log2Size));
        if (start == null || buffers.Count != 1 << log2Size)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "the ring is not inside of the region, or has other buffers");
        }

        MemifRing ring = new(start, memory, log2Size, isReceiving, buffers);
        *(uint*)start = Cookie;
        for (int slot = 0; slot < ring.Size; slot++)
        {
            ring.Write(slot, buffers[slot]);
        }

        return ring;
    }

    /// <summary>Begins: says that we poll, where frames come to us, and hands over empty buffers, where they are ours.</summary>
    public void Start()
    {
        if (IsReceiving)
        {
            Volatile.Write(ref *(ushort*)(_ring + FlagsOffset), MaskInterrupts);
        }

        Volatile.Write(ref *_ownIndex, (ushort)(_position + _ownLead));
    }

    /// <summary>Slots that the peer has handed over and not got back.</summary>
    /// <returns>0 to <see cref="Size"/>, or -1 when the peer's index says more than there are.</returns>
    public int Available()
    {
        int available = (ushort)(Volatile.Read(ref *_peerIndex) + _peerLead - _position);
        return available <= Size ? available : -1;
    }

    /// <summary>A slot that the peer has handed over.</summary>
    /// <param name="ahead">How many slots after the oldest one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MemifDescriptor Read(int ahead)
    {
        ulong* slot = SlotAt(ahead);
        return new MemifDescriptor(Volatile.Read(ref slot[0]), Volatile.Read(ref slot[1]));
    }

    /// <summary>The buffer to put a frame into: the client's own, whatever the peer has written over it.</summary>
    /// <param name="ahead">How many slots after the oldest one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MemifDescriptor Room(int ahead) => _buffers is null ? Read(ahead) : _buffers[(_position + ahead) & _mask];

    /// <summary>Describes what is in a slot that has not been given back.</summary>
    /// <param name="ahead">How many slots after the oldest one.</param>
    /// <param name="descriptor">What is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int ahead, in MemifDescriptor descriptor)
    {
        ulong* slot = SlotAt(ahead);
        slot[0] = descriptor.FirstWord;
        slot[1] = descriptor.SecondWord;
    }

    /// <summary>Gives slots back to the peer: the oldest ones. Frames and descriptors are visible before the index is.</summary>
    public void Advance(int count)
    {
        if (_ownLead != 0)
        {
            // Only lengths change in an honest exchange; a hostile peer's traces are wiped as well.
            for (int ahead = 0; ahead < count; ahead++)
            {
                Write(ahead, Room(ahead));
            }
        }

        _position += count;
        Volatile.Write(ref *_ownIndex, (ushort)(_position + _ownLead));
    }

    private ulong* SlotAt(int ahead) => (ulong*)(_ring + SlotsOffset + (((_position + ahead) & _mask) * SlotBytes));
}
