using System.Numerics;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// How a worker spends its time. Written by its thread with plain stores; others read it at any time and may see one number a
/// moment before the next. Times are in ticks of <see cref="System.Diagnostics.Stopwatch"/>, read once a step.
/// </summary>
public sealed class WorkerStatistics
{
    /// <summary>Sizes of bursts that are told apart: 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, 32 to 63, 64.</summary>
    public const int BurstSizes = 7;

    /// <summary>Numbers that they are.</summary>
    internal const int Numbers = SizesAt + BurstSizes;

    private const int EmptyAt = 0;
    private const int BurstsAt = 1;
    private const int PacketsAt = 2;
    private const int GivenUpAt = 3;
    private const int BusyAt = 4;
    private const int GapAt = 5;
    private const int AllocatedAt = 6;
    private const int CollectionsAt = 7;
    private const int LookedUpAt = 8;
    private const int RecalledAt = 9;
    private const int KeptAt = 10;
    private const int UnplacedAt = 11;
    private const int FlowsAt = 12;
    private const int SizesAt = 13;

    private readonly NativeRows<long> _numbers;

    /// <summary>Makes statistics in memory that is there.</summary>
    /// <param name="numbers">Place of <see cref="Numbers"/> numbers.</param>
    internal WorkerStatistics(NativeRows<long> numbers) => _numbers = numbers;

    /// <summary>Makes sure that they can be written.</summary>
    /// <exception cref="IOException">The file system has no room for them.</exception>
    internal void Hold() => _numbers.Hold(_numbers.Length);

    /// <summary>Steps in which nothing came.</summary>
    public long EmptySteps
    {
        get => Read(EmptyAt);
        internal set => _numbers.Writable[EmptyAt] = value;
    }

    /// <summary>Bursts received: one a queue with frames in a step.</summary>
    public long Bursts => Read(BurstsAt);

    /// <summary>Frames in them.</summary>
    public long BurstPackets => Read(PacketsAt);

    /// <summary>Bursts by the binary logarithm of their size.</summary>
    public ReadOnlySpan<long> BurstsBySize => _numbers.Span[SizesAt..];

    /// <summary>Frames that another worker handed over to send, and that the port had not taken when it was detached.</summary>
    public long HandoffsGivenUp
    {
        get => Read(GivenUpAt);
        internal set => _numbers.Writable[GivenUpAt] = value;
    }

    /// <summary>Ticks spent in steps that moved frames.</summary>
    public long BusyTicks
    {
        get => Read(BusyAt);
        internal set => _numbers.Writable[BusyAt] = value;
    }

    /// <summary>
    /// Longest time between two polls between which the thread did not give its CPU away: a long burst, a garbage
    /// collection, or another thread that took the CPU.
    /// </summary>
    public long LargestGapTicks
    {
        get => Read(GapAt);
        internal set => _numbers.Writable[GapAt] = value;
    }

    /// <summary>Bytes of managed memory that the thread has allocated, as of its last look a moment ago: none once it has started.</summary>
    public long AllocatedBytes
    {
        get => Read(AllocatedAt);
        internal set => _numbers.Writable[AllocatedAt] = value;
    }

    /// <summary>Garbage collections of the process, as of the thread's last look: each has stopped the thread for a moment.</summary>
    public long Collections
    {
        get => Read(CollectionsAt);
        internal set => _numbers.Writable[CollectionsAt] = value;
    }

    /// <summary>Packets whose flow was looked up in the flow table.</summary>
    public long FlowsLookedUp => Read(LookedUpAt);

    /// <summary>Of these, those that it decided about.</summary>
    public long FlowsRecalled => Read(RecalledAt);

    /// <summary>Of these, those that went to another member than a new flow would have: for them alone the table mattered.</summary>
    public long FlowsKept => Read(KeptAt);

    /// <summary>New flows that found no place, or whose place another new one took.</summary>
    public long FlowsUnplaced => Read(UnplacedAt);

    /// <summary>Flows in the table.</summary>
    public long Flows => Read(FlowsAt);

    internal void CountFlows(int lookedUp, int recalled, int kept)
    {
        Span<long> numbers = _numbers.Writable;
        numbers[LookedUpAt] += lookedUp;
        numbers[RecalledAt] += recalled;
        numbers[KeptAt] += kept;
    }

    internal void SetFlows(long flows, long unplaced)
    {
        Span<long> numbers = _numbers.Writable;
        numbers[FlowsAt] = flows;
        numbers[UnplacedAt] = unplaced;
    }

    internal void CountBurst(int packets)
    {
        Span<long> numbers = _numbers.Writable;
        numbers[BurstsAt]++;
        numbers[PacketsAt] += packets;
        numbers[SizesAt + BitOperations.Log2((uint)packets)]++;
    }

    private long Read(int number) => Volatile.Read(in _numbers.Span[number]);
}
