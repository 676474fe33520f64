using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Testing.Interop;

/// <summary>A private mapping that starts out untouchable.</summary>
internal sealed class MappedPages : SafeHandleMinusOneIsInvalid
{
    private readonly nuint _length;

    private MappedPages(nint address, nuint length)
        : base(ownsHandle: true)
    {
        _length = length;
        SetHandle(address);
    }

    public nint Address => handle;

    public static MappedPages Map(nuint length)
    {
        nint address = LibC.Map(0, length, LibC.ProtNone, LibC.MapPrivateAnonymous, -1, 0);
        return address == -1 ? throw Failure("mmap") : new MappedPages(address, length);
    }

    /// <summary>Makes one range of whole pages readable and writable.</summary>
    public void Open(nuint offset, nuint length)
    {
        if (LibC.Protect(handle + (nint)offset, length, LibC.ProtReadWrite) != 0)
        {
            Win32Exception failure = Failure("mprotect");
            Dispose();
            throw failure;
        }
    }

    protected override bool ReleaseHandle() => LibC.Unmap(handle, _length) == 0;

    private static Win32Exception Failure(string call) =>
        new(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
}
