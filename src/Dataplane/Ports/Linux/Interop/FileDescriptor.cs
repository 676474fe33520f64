using Microsoft.Win32.SafeHandles;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>A file descriptor that is closed once, whoever forgets it.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes over a descriptor.</summary>
    /// <param name="number">Its number, or -1 for none.</param>
    public FileDescriptor(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>The number, for system calls. The caller keeps this object alive meanwhile.</summary>
    public int Number => (int)handle;

    protected override bool ReleaseHandle() => LinuxInterop.Close(Number) == 0;
}
