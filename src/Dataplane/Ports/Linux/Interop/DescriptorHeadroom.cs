using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Ports.Linux.Interop;

/// <summary>
/// Keeps the last file descriptors of the process for itself. The runtime needs one now and then, to start a thread or to load a
/// library, and ends the process when there is none, so ports and peers are refused before it comes to that.
/// </summary>
internal static partial class DescriptorHeadroom
{
    /// <summary>Descriptors that ports and peers never get.</summary>
    public const int Kept = 32;

    private const int OpenFiles = 7;

    /// <summary>What is wrong when fewer are left, or null. Counts them, which takes as long as there are many.</summary>
    public static string? Complaint()
    {
        long limit = ReadLimit();
        long used;
        try
        {
            used = Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();
        }
        catch (IOException)
        {
            // Not even the one to count them is left.
            used = limit;
        }

        return used <= limit - Kept ? null
            : $"of the {limit} file descriptors that this process may have, fewer than {Kept} are left, which it keeps for itself; "
                + "accepted is a higher limit (LimitNOFILE= in the unit, ulimit -n).";
    }

    /// <summary>As the other, but without counting while half of the numbers have not come up yet.</summary>
    /// <param name="newest">Number of the descriptor made last.</param>
    public static string? Complaint(int newest) => newest < ReadLimit() / 2 ? null : Complaint();

    /// <summary>Whether a descriptor that a peer has sent is one of the last: new ones have the lowest number that is free.</summary>
    public static bool IsReachedBy(FileDescriptor descriptor) => descriptor.Number >= ReadLimit() - Kept;

    private static long ReadLimit() => GetLimit(OpenFiles, out Limit limit) == 0 && limit.Current <= long.MaxValue ? (long)limit.Current : long.MaxValue;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Most;
    }
}
