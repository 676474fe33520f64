using System.Runtime.InteropServices;

namespace NetworkingSfc.Testing.Interop;

/// <summary>The calls of libc that .NET has not, with the constants of Linux.</summary>
internal static partial class LibC
{
    public const int ProtNone = 0;
    public const int ProtReadWrite = 1 | 2;
    public const int MapPrivateAnonymous = 0x02 | 0x20;

    public const int NetworkNamespace = 0x4000_0000;

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int EnterNamespace(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);
}
