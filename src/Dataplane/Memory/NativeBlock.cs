using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>Zeroed native memory, aligned to a cache line, freed once: when disposed, or when collected.</summary>
/// <remarks>
/// The collector is not told how large blocks are (GC.AddMemoryPressure): it would collect after some changes of the state, and
/// stop the workers, to find blocks that are freed without it as soon as no worker uses their snapshot.
/// </remarks>
internal sealed unsafe partial class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint Alignment = 64;
    private const nuint HugePageBytes = 2 << 20;

    // MADV_HUGEPAGE
    private const int AdviseHugePages = 14;

    /// <summary>Allocates a block.</summary>
    /// <param name="bytes">Its size, 1 or more.</param>
    public NativeBlock(nuint bytes)
        : base(ownsHandle: true)
    {
        // What is large comes from the kernel as zeros and takes memory only where it is touched.
        void* memory = NativeMemory.AllocZeroed(bytes + Alignment - 1);
        SetHandle((nint)memory);
        Address = (nint)(((nuint)memory + Alignment - 1) & ~(Alignment - 1));
        if (bytes >= 2 * HugePageBytes && OperatingSystem.IsLinux())
        {
            // Lookups all over a large block would miss the page tables' cache nearly every time. A kernel that has none says no.
            nuint first = ((nuint)Address + HugePageBytes - 1) & ~(HugePageBytes - 1);
            _ = Advise(first, (nuint)Address + bytes - first, AdviseHugePages);
        }
    }

    /// <summary>First byte of the block.</summary>
    public nint Address { get; }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint first, nuint bytes, int advice);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
