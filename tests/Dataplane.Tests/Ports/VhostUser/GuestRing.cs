using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>A split ring from the driver's side: descriptors are written and offered, and come back used.</summary>
internal sealed class GuestRing
{
    public const ushort Next = 1;
    public const ushort Write = 2;
    public const ushort Indirect = 4;

    private readonly GuestMemoryFile _memory;
    private ushort _available;
    private ushort _taken;

    public GuestRing(GuestMemoryFile memory, int size)
    {
        _memory = memory;
        Size = size;
        Descriptors = memory.Allocate(16 * size);
        Available = memory.Allocate(6 + (2 * size));
        Used = memory.Allocate(6 + (8 * size));
    }

    public int Size { get; }

    public ulong Descriptors { get; }

    public ulong Available { get; }

    public ulong Used { get; }

    /// <summary>VIRTQ_AVAIL_F_NO_INTERRUPT.</summary>
    public bool WantsInterrupts
    {
        set => Volatile.Write(ref Word(Available), value ? (ushort)0 : (ushort)1);
    }

    /// <summary>used_event: an interrupt is wanted when this position is given back.</summary>
    public ushort InterruptAt
    {
        set => Volatile.Write(ref Word(Available + 4 + (2 * (ulong)Size)), value);
    }

    /// <summary>VIRTQ_USED_F_NO_NOTIFY.</summary>
    public bool AsksForNoNotification => (Volatile.Read(ref Word(Used)) & 1) != 0;

    public ushort AvailableIndex
    {
        get => _available;
        set
        {
            _available = value;
            Volatile.Write(ref Word(Available + 2), value);
        }
    }

    public ushort UsedIndex => Volatile.Read(ref Word(Used + 2));

    public void SetDescriptor(int index, ulong address, uint length, ushort flags, ushort next = 0) =>
        WriteDescriptor(Descriptors + (16 * (ulong)index), address, length, flags, next);

    /// <summary>Writes a descriptor anywhere, as into an indirect table.</summary>
    public void WriteDescriptor(ulong at, ulong address, uint length, ushort flags, ushort next = 0)
    {
        Span<byte> descriptor = _memory.Bytes(at, 16);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[14..], next);
    }

    public void Offer(ushort head)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_memory.Bytes(Available + 4 + (2 * ((ulong)_available % (ulong)Size)), 2), head);
        AvailableIndex = (ushort)(_available + 1);
    }

    public bool TryTakeUsed(out uint head, out uint length)
    {
        head = 0;
        length = 0;
        if (_taken == UsedIndex)
        {
            return false;
        }

        ReadOnlySpan<byte> entry = _memory.Bytes(Used + 4 + (8 * ((ulong)_taken % (ulong)Size)), 8);
        head = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        length = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        _taken++;
        return true;
    }

    /// <summary>Begins anew, as a driver that was started again does.</summary>
    public void Clear()
    {
        (_available, _taken) = (0, 0);
        _memory.Bytes(Available, 6 + (2 * Size)).Clear();
        _memory.Bytes(Used, 6 + (8 * Size)).Clear();
    }

    private ref ushort Word(ulong address) => ref MemoryMarshal.AsRef<ushort>(_memory.Bytes(address, 2));
}
