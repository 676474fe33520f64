using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>Waiting for several descriptors at once (poll(2)). Allocates nothing.</summary>
internal static partial class DescriptorPoll
{
    /// <summary>POLLIN: there is something to read, or the peer has closed.</summary>
    public const short Readable = 1;

    /// <summary>POLLOUT: writing does not block.</summary>
    public const short Writable = 4;

    /// <summary>Waits until one of the descriptors is ready.</summary>
    /// <param name="entries">What is waited for; gets what came.</param>
    /// <param name="timeoutMilliseconds">Longest wait, 0 for none, -1 for ever.</param>
    /// <returns>Whether one is ready. A signal ends the wait early.</returns>
    public static bool Wait(Span<Entry> entries, int timeoutMilliseconds)
    {
        foreach (ref Entry entry in entries)
        {
            entry.Returned = 0;
        }

        return Poll(ref MemoryMarshal.GetReference(entries), (nuint)entries.Length, timeoutMilliseconds) > 0;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Entry entries, nuint count, int timeoutMilliseconds);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Returned;

        /// <summary>Ready, or broken: the next call on it tells which.</summary>
        public readonly bool IsReady => Returned != 0;
    }
}
