using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.VhostUser.Interop;

/// <summary>The system calls that only this driver needs. Results are -1 for an error, whose number is in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static unsafe partial class VhostUserInterop
{
    /// <summary>TMPFS_MAGIC: memfd_create(2) and files in /dev/shm.</summary>
    public const long MemoryFileSystem = 0x0102_1994;

    /// <summary>HUGETLBFS_MAGIC: the same with huge pages.</summary>
    public const long HugePageFileSystem = 0x9584_58f6;

    /// <summary>POLLIN.</summary>
    public const short CanRead = 1;

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int ReadFileSystem(int descriptor, out FileSystem fileSystem);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    /// <summary><c>struct statfs</c> of 64-bit Linux: what is used, and room for the rest.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public readonly struct FileSystem
    {
        public readonly long Type;
        public readonly long PageBytes;
    }

    /// <summary><c>struct pollfd</c>; a negative descriptor is skipped.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
