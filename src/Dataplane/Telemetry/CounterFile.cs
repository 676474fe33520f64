using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// The counters of all workers of a forwarding process in one file, which that process writes and others map for reading: no
/// packet waits for a reader, and a reader needs nobody's help.
/// </summary>
/// <remarks>
/// All numbers are 64 bits in the order of the machine. Everything begins on a multiple of 64 bytes.
/// <code>
/// header  magic | start of the process, ns since 1970 | workers | totals | ports | paths | members | generation of the layout
/// then for each worker, one behind the other:
///         totals (CounterTotals, then dropped frames by reason) | WorkerStatistics | received by port | sent by port | entered | steered
/// and behind all of them
///         PortStatistics by port
/// </code>
/// A row of a worker is frames and bytes. A reader takes the sizes from the header, so a forwarder with fewer reasons can be read too.
/// </remarks>
public sealed class CounterFile : IDisposable
{
    // "SFSC" and the version of the layout.
    private const long Magic = 0x0004_0000_4353_4653;
    private const int HeaderNumbers = 8;
    private const int LineBytes = 64;
    private const int RowBytes = 2 * sizeof(long);
    private const int PortBytes = 6 * sizeof(long);
    private const int MostWorkers = 1_024;
    private const int MostRows = 1 << 24;

    private readonly FileMapping _mapping;

    private CounterFile(FileMapping mapping, long startedNanoseconds, CounterCapacity capacity, WorkerCounters[] workers, PortTotals ports)
    {
        _mapping = mapping;
        StartedNanoseconds = startedNanoseconds;
        Capacity = capacity;
        Workers = workers;
        Ports = ports;
    }

    /// <summary>When the process that counts started, in nanoseconds since 1970: counters begin at zero then.</summary>
    public long StartedNanoseconds { get; }

    /// <summary>Rows that each worker has room for.</summary>
    public CounterCapacity Capacity { get; }

    /// <summary>The counters of each worker, in order. Not to be used once this is disposed.</summary>
    public IReadOnlyList<WorkerCounters> Workers { get; }

    /// <summary>What happened on the ports below the forwarder. Not to be used once this is disposed.</summary>
    public PortTotals Ports { get; }

    /// <summary>Makes the file of a process that starts. It takes the place of the one before at once and whole.</summary>
    /// <param name="path">Where; best in memory (tmpfs).</param>
    /// <param name="startedNanoseconds">When the process started.</param>
    /// <param name="workers">Workers, 1 to 1,024.</param>
    /// <param name="capacity">Rows for each.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static CounterFile Create(string path, long startedNanoseconds, int workers, CounterCapacity capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, MostWorkers);
        int totals = WorkerCounters.TotalCount;
        FileMapping mapping = FileMapping.Create(path, FileBytes(workers, totals, capacity), made =>
        {
            made.Hold(0, LineBytes);
            new long[] { Magic, startedNanoseconds, workers, totals, capacity.Ports, capacity.Paths, capacity.Members, 0 }
                .CopyTo(new NativeRows<long>(made, 0, HeaderNumbers).Writable);
        });
        return Of(mapping, startedNanoseconds, workers, totals, capacity);
    }

    /// <summary>Maps the file of another process for reading.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="IOException">The file cannot be read, or is not such a file.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static CounterFile Open(string path)
    {
        FileMapping mapping = FileMapping.Open(path);
        long[] header = mapping.Length < LineBytes ? [] : new NativeRows<long>(mapping, 0, HeaderNumbers).Span.ToArray();
        if (header is [Magic, long started, >= 1 and <= MostWorkers and long workers, >= (int)CounterTotals.Dropped and <= MostRows and long totals,
                >= 0 and <= MostRows and long ports, >= 0 and <= MostRows and long paths, >= 0 and <= MostRows and long members, _])
        {
            CounterCapacity capacity = new((int)ports, (int)paths, (int)members);
            if (mapping.Length == FileBytes(workers, (int)totals, capacity))
            {
                return Of(mapping, started, (int)workers, (int)totals, capacity);
            }
        }

        mapping.Dispose();
        throw new IOException($"The file {path} does not hold counters that this program knows: another version may have written it.");
    }

    /// <summary>Makes sure that every worker can count what a snapshot has. Before it is published.</summary>
    /// <param name="snapshot">A snapshot that fits <see cref="Capacity"/>.</param>
    /// <exception cref="IOException">The file system has no room for that.</exception>
    internal void Hold(SteeringSnapshot snapshot)
    {
        Ports.Hold(snapshot.PortCount);
        foreach (WorkerCounters worker in Workers)
        {
            worker.Hold(snapshot.PortCount, snapshot.CounterRows.Paths, snapshot.CounterRows.Members);
        }
    }

    /// <summary>Unmaps the file; it stays where it is.</summary>
    public void Dispose() => _mapping.Dispose();

    private static CounterFile Of(FileMapping mapping, long started, int workers, int totals, CounterCapacity capacity)
    {
        WorkerCounters[] counters = new WorkerCounters[workers];
        long offset = LineBytes;
        for (int worker = 0; worker < workers; worker++)
        {
            counters[worker] = new WorkerCounters(
                Take<long>(totals, sizeof(long)),
                Take<long>(WorkerStatistics.Numbers, sizeof(long)),
                Take<PacketCount>(capacity.Ports, RowBytes),
                Take<PacketCount>(capacity.Ports, RowBytes),
                Take<PacketCount>(capacity.Paths, RowBytes),
                Take<PacketCount>(capacity.Members, RowBytes));
        }

        return new CounterFile(mapping, started, capacity, counters, new PortTotals(Take<PortStatistics>(capacity.Ports, PortBytes)));

        NativeRows<T> Take<T>(int length, int elementBytes)
            where T : unmanaged
        {
            NativeRows<T> taken = new(mapping, offset, length);
            offset += Lines(length, elementBytes);
            return taken;
        }
    }

    private static long FileBytes(long workers, int totals, CounterCapacity capacity) =>
        LineBytes + (workers * WorkerBytes(totals, capacity)) + Lines(capacity.Ports, PortBytes);

    private static long WorkerBytes(int totals, CounterCapacity capacity) =>
        Lines(totals, sizeof(long)) + Lines(WorkerStatistics.Numbers, sizeof(long)) + (2 * Lines(capacity.Ports, RowBytes)) + Lines(capacity.Paths, RowBytes) + Lines(capacity.Members, RowBytes);

    private static long Lines(int length, int elementBytes) => ((long)length * elementBytes + LineBytes - 1) / LineBytes * LineBytes;
}
