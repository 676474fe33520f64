using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>The system calls that several drivers need, as libc has them. Results are -1 for an error, whose number is in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static unsafe partial class LinuxInterop
{
    /// <summary>PROT_READ.</summary>
    public const int ProtectRead = 1;

    /// <summary>PROT_WRITE.</summary>
    public const int ProtectWrite = 2;

    /// <summary>MAP_SHARED.</summary>
    public const int MapShared = 1;

    /// <summary>MAP_POPULATE: the pages are there when the call returns.</summary>
    public const int MapPopulate = 0x8000;

    /// <summary>What mmap returns when it fails.</summary>
    public const nint MapFailed = -1;

    /// <summary>MSG_CMSG_CLOEXEC: descriptors that are received do not survive exec.</summary>
    public const int CloseReceivedOnExec = 0x4000_0000;

    /// <summary>MSG_NOSIGNAL: a peer that has gone is an error and no signal.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>MSG_DONTWAIT.</summary>
    public const int DoNotWait = 0x40;

    /// <summary>MSG_CTRUNC: descriptors did not fit and were closed.</summary>
    public const int DescriptorsCut = 8;

    /// <summary>MSG_TRUNC: bytes did not fit.</summary>
    public const int BytesCut = 0x20;

    /// <summary>MFD_CLOEXEC and MFD_ALLOW_SEALING.</summary>
    public const uint MemoryFileFlags = 3;

    /// <summary>EFD_CLOEXEC and EFD_NONBLOCK.</summary>
    public const int EventFlags = 0x80000 | 0x800;

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int FileSystemOf(int descriptor, long* about);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int socket, ref MessageHeader message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int socket, ref MessageHeader message, int flags);

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public void* Base;
        public nuint Length;
    }
}
