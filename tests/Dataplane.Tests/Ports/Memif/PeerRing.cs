using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>
/// A ring as a peer sees it, by the offsets of the protocol and independently of the port: honest operations for either role, and
/// every field to write anything to.
/// </summary>
internal sealed class PeerRing(MemoryMapping region, long offset, int log2Size, bool isClient, bool isSending)
{
    public const int HeaderBytes = 128;
    public const int SlotBytes = 16;
    public const uint Cookie = 0x3E31F20;
    public const ushort Next = 1;

    private readonly MemoryMapping _region = region;
    private ushort _place;

    public int Size => 1 << log2Size;

    public ref ushort Flags => ref At(4);

    public ref ushort Head => ref At(6);

    public ref ushort Tail => ref At(64);

    /// <summary>Slots that are ours now.</summary>
    public int Available => (isClient, isSending) switch
    {
        (true, true) => Size - (ushort)(_place - Volatile.Read(ref Tail)),
        (true, false) => (ushort)(Volatile.Read(ref Tail) - _place),
        _ => (ushort)(Volatile.Read(ref Head) - _place),
    };

    /// <summary>A client's own ring: cookie, descriptors, and no index moved.</summary>
    public void Initialize(long firstBuffer, int bufferBytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_region.Span(offset, 4), Cookie);
        for (int slot = 0; slot < Size; slot++)
        {
            Describe(slot, flags: 0, buffer: 0, (uint)bufferBytes, (uint)(firstBuffer + (slot * (long)bufferBytes)));
        }
    }

    /// <summary>All buffers are the server's: a client that receives begins so.</summary>
    public void HandOver() => Volatile.Write(ref Head, (ushort)(_place + Size));

    public void Describe(int slot, ushort flags, ushort buffer, uint length, uint start)
    {
        Span<byte> bytes = Slot(slot);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], buffer);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], start);
    }

    public Span<byte> Slot(int slot) => _region.Span(offset + HeaderBytes + ((slot & (Size - 1)) * SlotBytes), SlotBytes);

    public uint LengthOf(int slot) => BinaryPrimitives.ReadUInt32LittleEndian(Slot(slot)[4..]);

    /// <summary>Sends a frame in so many parts, one a slot.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TrySend(ReadOnlySpan<byte> frame, int parts = 1)
    {
        if (Available < parts)
        {
            return false;
        }

        for (int part = 0; part < parts; part++)
        {
            int length = part < parts - 1 ? frame.Length / parts : frame.Length - (frame.Length / parts * (parts - 1));
            Span<byte> slot = Slot(_place + part);
            frame.Slice(frame.Length / parts * part, length).CopyTo(Buffer(slot, length));
            BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], (uint)length);
            BinaryPrimitives.WriteUInt16LittleEndian(slot, part < parts - 1 ? Next : (ushort)0);
        }

        Advance(parts);
        return true;
    }

    /// <summary>Takes the oldest frame, whatever number of slots it is in.</summary>
    public bool TryTake(out byte[] frame, out int parts)
    {
        frame = [];
        for (parts = 1; parts <= Available; parts++)
        {
            Span<byte> slot = Slot(_place + parts - 1);
            frame = [.. frame, .. Buffer(slot, (int)BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]))];
            if ((BinaryPrimitives.ReadUInt16LittleEndian(slot) & Next) == 0)
            {
                Advance(parts);
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives slots to the other side as they are.</summary>
    public void Advance(int slots)
    {
        if (isClient && !isSending)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(Slot(_place + slot)[4..], MemifPeer.BufferBytes);
            }
        }

        _place += (ushort)slots;
        if (isClient)
        {
            Volatile.Write(ref Head, (ushort)(_place + (isSending ? 0 : Size)));
        }
        else
        {
            Volatile.Write(ref Tail, _place);
        }
    }

    private Span<byte> Buffer(ReadOnlySpan<byte> slot, int length) => _region.Span(BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]), length);

    private ref ushort At(int field) => ref MemoryMarshal.Cast<byte, ushort>(_region.Span(offset + field, sizeof(ushort)))[0];
}
