using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Anonymous memory with a descriptor that can be given to a peer (memfd_create(2)).</summary>
internal static class MemoryFile
{
    private const int SeekEnd = 2;

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
}
