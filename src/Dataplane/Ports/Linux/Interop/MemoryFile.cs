using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Anonymous memory with a descriptor that can be given to a peer (memfd_create(2)).</summary>
internal static class MemoryFile
{
    private const int SeekEnd = 2;

    /// <summary>F_ADD_SEALS.</summary>
    private const int AddSeals = 1033;

    /// <summary>F_GET_SEALS.</summary>
    private const int GetSeals = 1034;

    /// <summary>F_SEAL_SHRINK: nobody makes the file shorter.</summary>
    private const int SealShrink = 2;

    /// <summary>TMPFS_MAGIC: ordinary pages. Huge ones can be taken away again by punching holes, whatever the seals say.</summary>
    private const long OrdinaryPages = 0x0102_1994;

    /// <summary>Makes one of this length, filled with zeros.</summary>
    /// <param name="name">Shown in /proc, for people.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileDescriptor Create(string name, long length)
    {
        FileDescriptor file = new(LinuxInterop.CreateMemoryFile(name, LinuxInterop.MemoryFileFlags));
        if (file.IsInvalid || LinuxInterop.SetLength(file.Number, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw new IOException($"No memory file of {length} bytes could be made: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        return file;
    }

    /// <summary>Bytes that a descriptor of a peer really has, or -1: mapping more would let an access kill the process (SIGBUS).</summary>
    public static long LengthOf(FileDescriptor file)
    {
        long length = LinuxInterop.Seek(file.Number, 0, SeekEnd);
        GC.KeepAlive(file);
        return length;
    }

    /// <summary>
    /// Makes sure that memory which is shared with a peer stays as long as it is: a file that the peer makes shorter under a
    /// mapping lets the next access kill the process (SIGBUS).
    /// </summary>
    /// <returns>False when that cannot be had: no memory file, one that takes no seals, or one of huge pages.</returns>
    public static bool TryKeepLength(FileDescriptor file)
    {
        bool isKept = IsOrdinary(file)
            && (LinuxInterop.Control(file.Number, AddSeals, SealShrink) == 0
                || (LinuxInterop.Control(file.Number, GetSeals, 0) is int seals and >= 0 && (seals & SealShrink) != 0));
        GC.KeepAlive(file);
        return isKept;
    }

    private static unsafe bool IsOrdinary(FileDescriptor file)
    {
        // struct statfs of 64-bit Linux has 120 bytes and begins with the kind of file system.
        long* about = stackalloc long[16];
        return LinuxInterop.FileSystemOf(file.Number, about) == 0 && *about == OrdinaryPages;
    }
}
