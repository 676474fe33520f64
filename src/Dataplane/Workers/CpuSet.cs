using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using NetworkingSfc.Dataplane.Workers.Interop;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>CPUs for workers: how people write them, which there are, and binding a thread to one.</summary>
public static class CpuSet
{
    // As many as Linux supports on any machine: 8,192.
    private const int Words = 128;
    private const int BitsPerWord = 64;

    private const string OnlineFile = "/sys/devices/system/cpu/online";

    /// <summary>The CPUs that this process may use, ascending.</summary>
    public static ImmutableArray<int> Allowed()
    {
        Span<ulong> mask = stackalloc ulong[Words];
        mask.Clear();
        if (ThreadInterop.GetAffinity(ThreadInterop.Self, Words * sizeof(ulong), mask) < 0)
        {
            throw new InvalidOperationException($"The CPUs of this process cannot be read: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        ImmutableArray<int>.Builder cpus = ImmutableArray.CreateBuilder<int>();
        for (int cpu = 0; cpu < Words * BitsPerWord; cpu++)
        {
            if ((mask[cpu / BitsPerWord] >> (cpu % BitsPerWord) & 1) != 0)
            {
                cpus.Add(cpu);
            }
        }

        return cpus.ToImmutable();
    }

    /// <summary>
    /// The CPUs that are online, ascending. Threads may be bound to any of them unless the host limits this process (cpuset): also to those
    /// that it is kept off without being asked (taskset, CPUAffinity=, isolcpus).
    /// </summary>
    public static ImmutableArray<int> Online()
    {
        try
        {
            return Parse(File.ReadAllText(OnlineFile).Trim());
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return Allowed();
        }
    }

    /// <summary>Reads a list such as <c>2,4-7</c>, whether or not there are such CPUs here.</summary>
    /// <param name="text">Numbers and ranges with commas between them.</param>
    /// <returns>The CPUs in the order written.</returns>
    /// <exception cref="ArgumentException">It is no such list, or names a CPU twice.</exception>
    public static ImmutableArray<int> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ImmutableArray<int>.Builder cpus = ImmutableArray.CreateBuilder<int>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || first > last)
            {
                throw Refused(text, $"'{part}' is neither a number nor a range");
            }

            for (int cpu = first; cpu <= last; cpu++)
            {
                if (cpus.Contains(cpu))
                {
                    throw Refused(text, $"CPU {cpu} is named twice");
                }

                cpus.Add(cpu);
            }
        }

        return cpus.ToImmutable();
    }

    /// <summary>Binds the calling thread to one CPU.</summary>
    /// <exception cref="InvalidOperationException">Linux refuses.</exception>
    internal static void Pin(int cpu)
    {
        Span<ulong> mask = stackalloc ulong[Words];
        mask.Clear();
        mask[cpu / BitsPerWord] = 1UL << (cpu % BitsPerWord);
        if (ThreadInterop.SetAffinity(ThreadInterop.Self, Words * sizeof(ulong), mask) < 0)
        {
            throw new InvalidOperationException(
                $"A worker cannot be bound to CPU {cpu}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; accepted are {string.Join(", ", Allowed())}.");
        }
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Words * BitsPerWord;

    private static ArgumentException Refused(string text, string reason) =>
        new($"The CPUs '{text}' cannot be used: {reason}. Accepted are numbers and ranges such as 2,4-7, each CPU once.");
}
