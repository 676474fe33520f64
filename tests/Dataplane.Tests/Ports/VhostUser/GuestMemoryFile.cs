using System.Buffers.Binary;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.VhostUser;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>
/// A guest's memory as its own side sees it: two regions of one file, side by side in guest-physical addresses, apart in
/// the front end's addresses, and in the file the other way round. So no kind of address can be taken for another.
/// </summary>
internal sealed class GuestMemoryFile : IDisposable
{
    public const int RegionBytes = 4 << 20;
    public const ulong GuestStart = 0x1_0000_0000;
    private const ulong FirstUserStart = 0x7f00_0000_0000;
    private const ulong SecondUserStart = 0x7e00_0000_0000;

    private readonly MemoryMapping _mapping;
    private ulong _next = GuestStart;

    public GuestMemoryFile()
    {
        File = MemoryFile.Create("sfc-test-guest", 2 * RegionBytes);
        _mapping = MemoryMapping.TryMap(File, 2 * RegionBytes, offset: 0, populate: false, out _)!;
    }

    public FileDescriptor File { get; }

    /// <summary>The memory table.</summary>
    public static GuestRegion[] Table =>
    [
        new(GuestStart, RegionBytes, FirstUserStart, FileOffset: RegionBytes),
        new(GuestStart + RegionBytes, RegionBytes, SecondUserStart, FileOffset: 0),
    ];

    /// <summary>Where the second region begins.</summary>
    public static ulong Seam => GuestStart + RegionBytes;

    public static ulong UserAddress(ulong guestAddress) =>
        guestAddress < Seam ? guestAddress - GuestStart + FirstUserStart : guestAddress - Seam + SecondUserStart;

    /// <summary>Takes so many bytes that nobody has yet, all in one region.</summary>
    public ulong Allocate(int bytes)
    {
        ulong address = (_next + 63) & ~63UL;
        if (address < Seam && address + (ulong)bytes > Seam)
        {
            address = Seam;
        }

        _next = address + (ulong)bytes;
        return address;
    }

    /// <summary>The bytes at a guest-physical address, within one region.</summary>
    public Span<byte> Bytes(ulong address, int length) => address < Seam
        ? _mapping.Span((long)(address - GuestStart) + RegionBytes, length)
        : _mapping.Span((long)(address - Seam), length);

    /// <summary>Writes bytes that may reach from one region into the other.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            Bytes(address++, 1)[0] = value;
        }
    }

    public byte[] Read(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = Bytes(address + (ulong)index, 1)[0];
        }

        return bytes;
    }

    /// <summary>The payload of SET_MEM_TABLE.</summary>
    public static byte[] TablePayload(params ReadOnlySpan<GuestRegion> table)
    {
        byte[] payload = new byte[8 + (32 * table.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(payload, table.Length);
        for (int index = 0; index < table.Length; index++)
        {
            Span<byte> region = payload.AsSpan(8 + (32 * index));
            BinaryPrimitives.WriteUInt64LittleEndian(region, table[index].GuestAddress);
            BinaryPrimitives.WriteUInt64LittleEndian(region[8..], table[index].Length);
            BinaryPrimitives.WriteUInt64LittleEndian(region[16..], table[index].UserAddress);
            BinaryPrimitives.WriteUInt64LittleEndian(region[24..], table[index].FileOffset);
        }

        return payload;
    }

    public void Dispose()
    {
        _mapping.Dispose();
        File.Dispose();
    }
}
