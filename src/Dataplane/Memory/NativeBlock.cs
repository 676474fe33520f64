using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>Zeroed native memory, aligned to a cache line, freed once: when disposed, or when collected.</summary>
/// <remarks>
/// The collector is not told how large blocks are (GC.AddMemoryPressure): it would collect after some changes of the state, and
/// stop the workers, to find blocks that are freed without it as soon as no worker uses their snapshot.
/// </remarks>
internal sealed unsafe class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint Alignment = 64;

    /// <summary>Allocates a block.</summary>
    /// <param name="bytes">Its size, 1 or more.</param>
    public NativeBlock(nuint bytes)
        : base(ownsHandle: true)
    {
        void* memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(memory, bytes);
        SetHandle((nint)memory);
    }

    /// <summary>First byte of the block.</summary>
    public nint Address => handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
