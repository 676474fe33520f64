using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.Workers.Interop;

/// <summary>What a worker's thread asks of Linux about itself. Results are -1 for an error, whose number is in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static partial class ThreadInterop
{
    /// <summary>The calling thread, where a call takes the number of one.</summary>
    public const int Self = 0;

    /// <summary>The CPUs that a thread may run on, a bit each, lowest first.</summary>
    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nuint bytes, ReadOnlySpan<ulong> mask);

    /// <summary>As <see cref="SetAffinity"/>; bits that Linux does not write stay as they are.</summary>
    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int thread, nuint bytes, Span<ulong> mask);

    /// <summary>Sleeps; ends early when a signal comes.</summary>
    [LibraryImport("libc", EntryPoint = "nanosleep")]
    public static partial int Sleep(in TimeSpec time, nint remaining);

    /// <summary>The CPU that runs this, without a system call: a place where a garbage collection can stop the thread.</summary>
    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    public static partial int CurrentCpu();

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
