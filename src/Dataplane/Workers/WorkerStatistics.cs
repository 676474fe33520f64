using System.Numerics;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>
/// How a worker spends its time. Written by its thread with plain stores; others read it at any time and may see one number a
/// moment before the next. Times are in ticks of <see cref="System.Diagnostics.Stopwatch"/>, read once a step.
/// </summary>
public sealed class WorkerStatistics
{
    /// <summary>Sizes of bursts that are told apart: 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, 32 to 63, 64.</summary>
    public const int BurstSizes = 7;

    private readonly long[] _burstsBySize = new long[BurstSizes];

    /// <summary>Steps in which nothing came.</summary>
    public long EmptySteps { get; internal set; }

    /// <summary>Bursts received: one a queue with frames in a step.</summary>
    public long Bursts { get; private set; }

    /// <summary>Frames in them.</summary>
    public long BurstPackets { get; private set; }

    /// <summary>Bursts by the binary logarithm of their size.</summary>
    public ReadOnlySpan<long> BurstsBySize => _burstsBySize;

    /// <summary>Frames that another worker handed over to send, and that the port had not taken when it was detached.</summary>
    public long HandoffsGivenUp { get; internal set; }

    /// <summary>Ticks spent in steps that moved frames.</summary>
    public long BusyTicks { get; internal set; }

    /// <summary>
    /// Longest time between two polls between which the thread did not give its CPU away: a long burst, a garbage
    /// collection, or another thread that took the CPU.
    /// </summary>
    public long LargestGapTicks { get; internal set; }

    internal void CountBurst(int packets)
    {
        Bursts++;
        BurstPackets += packets;
        _burstsBySize[BitOperations.Log2((uint)packets)]++;
    }
}
