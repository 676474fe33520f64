using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Classifier.Memory;

/// <summary>
/// Native memory on 2 MiB pages where the kernel grants them: a big table walked at random spends its time on
/// address translation otherwise. Freed when the last version that looks into it is collected, or when disposed.
/// </summary>
internal sealed unsafe partial class NativeRegion : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint LargePage = 2 << 20;
    private const int AdviseLargePages = 14;

    /// <summary>Allocates a region.</summary>
    /// <param name="bytes">Size wanted; regions over one large page are rounded up to whole ones.</param>
    public NativeRegion(long bytes)
        : base(ownsHandle: true)
    {
        bool large = bytes > (long)LargePage;
        nuint alignment = large ? LargePage : 4096;
        Bytes = (bytes + (long)alignment - 1) / (long)alignment * (long)alignment;
        void* memory = NativeMemory.AlignedAlloc((nuint)Bytes, alignment);
        if (large && OperatingSystem.IsLinux())
        {
            // Only a hint: a kernel that refuses leaves small pages, and everything works the same.
            _ = Advise(memory, (nuint)Bytes, AdviseLargePages);
        }

        SetHandle((nint)memory);
        GC.AddMemoryPressure(Bytes);
    }

    /// <summary>Size.</summary>
    public long Bytes { get; }

    /// <summary>First byte.</summary>
    public nint Address => handle;

    /// <summary>Part of the region.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="bytes">Length; both are checked against the size.</param>
    public Span<byte> Slice(long start, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + bytes, Bytes);
        return new Span<byte>((byte*)handle + start, bytes);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Bytes);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
