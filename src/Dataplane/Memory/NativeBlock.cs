using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>Zeroed native memory, aligned to a cache line, freed once: when disposed, or when collected.</summary>
internal sealed unsafe class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint Alignment = 64;

    private readonly long _bytes;

    /// <summary>Allocates a block.</summary>
    /// <param name="bytes">Its size, 1 or more.</param>
    public NativeBlock(nuint bytes)
        : base(ownsHandle: true)
    {
        void* memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(memory, bytes);
        SetHandle((nint)memory);
        _bytes = (long)bytes;

        // The collector sees small objects only; it should know what they hold on to.
        GC.AddMemoryPressure(_bytes);
    }

    /// <summary>First byte of the block.</summary>
    public nint Address => handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(_bytes);
        return true;
    }
}
