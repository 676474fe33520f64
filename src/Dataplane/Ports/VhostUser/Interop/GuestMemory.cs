using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;

namespace NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

/// <summary>The memory that a guest shares with us, and the only way from the guest's addresses to bytes.</summary>
/// <remarks>
/// <para>
/// Bounds: a region is used only when the file has all its bytes at the time of mapping; every address is looked up in the
/// table and a span never leaves the region it was found in. A file that is cut off later is caught by
/// <see cref="TruncationGuard"/>.
/// </para>
/// <para>
/// Only files in memory are accepted (memfd, tmpfs, hugetlbfs): a page of any other file may have to be fetched by somebody
/// whom the guest chose (FUSE, a network file system), and the worker would wait for him.
/// </para>
/// </remarks>
internal sealed unsafe class GuestMemory : IDisposable
{
    /// <summary>Most regions in a table, as QEMU and DPDK have it.</summary>
    public const int MaxRegions = 8;

    // Guests share the address space of this process, 128 TiB: none may take all of it.
    private const ulong MaxBytes = 4UL << 40;

    private readonly Region[] _regions;
    private readonly GuardedMapping[] _mappings;

    private GuestMemory(Region[] regions, GuardedMapping[] mappings) => (_regions, _mappings) = (regions, mappings);

    /// <summary>True when the guest has cut off a file and the accesses after it met zeros.</summary>
    public bool WasTruncated => _mappings.Any(mapping => mapping.WasTruncated);

    /// <summary>Maps the regions of a table.</summary>
    /// <param name="table">1 to <see cref="MaxRegions"/> regions.</param>
    /// <param name="files">One for each region, in the same order. They may be closed afterwards.</param>
    /// <param name="refusal">What is wrong, when something is.</param>
    /// <returns>The memory, or null.</returns>
    public static GuestMemory? TryMap(ReadOnlySpan<GuestRegion> table, IReadOnlyList<FileDescriptor> files, out string refusal)
    {
        List<Region> regions = [];
        List<GuardedMapping> mappings = [];
        ulong total = 0;
        refusal = "";
        for (int index = 0; index < table.Length && refusal.Length == 0; index++)
        {
            ref readonly GuestRegion asked = ref table[index];
            total += Math.Min(asked.Length, MaxBytes + 1);
            refusal = total > MaxBytes ? $"more than {MaxBytes >> 40} TiB of memory" : TryMap(asked, files[index], regions, mappings);
        }

        GuestMemory memory = new([.. regions], [.. mappings]);
        if (refusal.Length == 0)
        {
            return memory;
        }

        memory.Dispose();
        return null;
    }

    /// <summary>The bytes at an address of the guest.</summary>
    /// <param name="address">Guest-physical address of the first one.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="last">The region that the caller found last; a copy of its own, so that callers do not share it.</param>
    /// <returns>
    /// As many of the bytes as are in one region, and so in one piece; none when the first one is in no region.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Resolve(ulong address, uint length, ref Region last)
    {
        ulong offset = address - last.GuestAddress;
        if (offset >= last.Length)
        {
            if (!TryFind(address, ref last))
            {
                return default;
            }

            offset = address - last.GuestAddress;
        }

        // Here offset < last.Length, so the pointer is inside and the rest of the region is at least one byte.
        ulong rest = last.Length - offset;
        return new Span<byte>(last.Host + offset, (int)Math.Min(Math.Min(length, rest), int.MaxValue));
    }

    /// <summary>Asks for two cache lines at an address of the guest, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(ulong address, in Region last)
    {
        // Another region than the last one is rare and then just comes late. A prefetch reads nothing and cannot fail.
        ulong offset = address - last.GuestAddress;
        if (Sse.IsSupported && offset < last.Length)
        {
            Sse.Prefetch0(last.Host + offset);
            Sse.Prefetch0(last.Host + offset + 64);
        }
    }

    /// <summary>The bytes at an address of the front end, all in one region.</summary>
    /// <returns>Null when they are not, or when their place is not a multiple of <paramref name="alignment"/>.</returns>
    public byte* TryResolveUser(ulong address, ulong length, uint alignment)
    {
        foreach (ref readonly Region region in _regions.AsSpan())
        {
            ulong offset = address - region.UserAddress;
            if (offset < region.Length && length <= region.Length - offset)
            {
                byte* found = region.Host + offset;
                return (nuint)found % alignment == 0 ? found : null;
            }
        }

        return null;
    }

    /// <summary>Takes the memory away. No span or pointer of it may be used after.</summary>
    public void Dispose()
    {
        foreach (GuardedMapping mapping in _mappings)
        {
            mapping.Dispose();
        }
    }

    // What is wrong, or an empty text.
    private static string TryMap(in GuestRegion asked, FileDescriptor file, List<Region> regions, List<GuardedMapping> mappings)
    {
        if (asked.Length == 0 || ulong.MaxValue - asked.GuestAddress < asked.Length - 1 || ulong.MaxValue - asked.UserAddress < asked.Length - 1)
        {
            return "a region without bytes or past the last address";
        }

        if (VhostUserInterop.ReadFileSystem(file.Number, out VhostUserInterop.FileSystem system) != 0
            || system.Type is not (VhostUserInterop.MemoryFileSystem or VhostUserInterop.HugePageFileSystem))
        {
            return "memory that is not from memfd_create, tmpfs or hugetlbfs";
        }

        long fileLength = MemoryFile.LengthOf(file);
        if (fileLength < 0 || asked.FileOffset > (ulong)fileLength || asked.Length > (ulong)fileLength - asked.FileOffset)
        {
            return "a region that is longer than its file";
        }

        // Mappings begin and end with a page, of the size that the file has.
        ulong page = (ulong)system.PageBytes;
        ulong start = asked.FileOffset / page * page;
        ulong inside = asked.FileOffset - start;
        ulong length = (inside + asked.Length + page - 1) / page * page;
        GuardedMapping? mapping = GuardedMapping.TryMap(file, (long)length, (long)start, out string problem);
        GC.KeepAlive(file);
        if (mapping is null)
        {
            return problem;
        }

        mappings.Add(mapping);
        regions.Add(new Region(asked.GuestAddress, asked.UserAddress, asked.Length, mapping.Pointer + inside));
        return "";
    }

    private bool TryFind(ulong address, ref Region found)
    {
        foreach (ref readonly Region region in _regions.AsSpan())
        {
            if (address - region.GuestAddress < region.Length)
            {
                found = region;
                return true;
            }
        }

        return false;
    }

    /// <summary>A region and where it is mapped.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly struct Region(ulong guestAddress, ulong userAddress, ulong length, byte* host)
    {
        /// <summary>First address in the guest.</summary>
        public readonly ulong GuestAddress = guestAddress;

        /// <summary>First address in the front end.</summary>
        public readonly ulong UserAddress = userAddress;

        /// <summary>Bytes; 0 for no region.</summary>
        public readonly ulong Length = length;

        /// <summary>First byte here.</summary>
        public readonly byte* Host = host;
    }
}
