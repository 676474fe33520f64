using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// What one worker counted since it started. Written by its thread with plain additions; others read it at any time and
/// may see a packet in one counter a moment before the next.
/// </summary>
/// <remarks>
/// Rows are addressed by numbers that the control side hands out once and never gives to another thing
/// (<c>PortDefinition</c> index, <c>PathDefinition.Counter</c>, <c>HopDefinition.MemberCounters</c>), so counts survive a new
/// snapshot. They are in native memory: of their own, which grows when a snapshot is adopted and never while packets move,
/// or in a <see cref="CounterFile"/> that other processes read, which has room for a fixed number of rows.
/// </remarks>
public sealed class WorkerCounters
{
    private readonly NativeRows<long> _totals;
    private readonly bool _grows;
    private NativeRows<PacketCount> _received;
    private NativeRows<PacketCount> _sent;
    private NativeRows<PacketCount> _entered;
    private NativeRows<PacketCount> _steered;

    // Somebody may still look at what was outgrown. Each is at least twice the one before, so they are never the larger part.
    private readonly List<NativeRows<PacketCount>> _outgrown = [];

    /// <summary>Makes counters of their own memory.</summary>
    public WorkerCounters()
    {
        _grows = true;
        _totals = new NativeRows<long>(TotalCount);
        Statistics = new WorkerStatistics(new NativeRows<long>(WorkerStatistics.Numbers));
        _received = _sent = _entered = _steered = new NativeRows<PacketCount>(0);
    }

    /// <summary>Counters in memory that is there.</summary>
    internal WorkerCounters(
        NativeRows<long> totals, NativeRows<long> statistics, NativeRows<PacketCount> received, NativeRows<PacketCount> sent, NativeRows<PacketCount> entered, NativeRows<PacketCount> steered)
    {
        _totals = totals;
        Statistics = new WorkerStatistics(statistics);
        _received = received;
        _sent = sent;
        _entered = entered;
        _steered = steered;
    }

    /// <summary>Numbers before the rows: totals and dropped frames by reason.</summary>
    internal static int TotalCount => (int)CounterTotals.Dropped + DropReasonCatalog.All.Length + 1;

    /// <summary>How the worker spends its time.</summary>
    public WorkerStatistics Statistics { get; }

    /// <summary>Frames taken from ports.</summary>
    public long Received => Total(CounterTotals.Received);

    /// <summary>Frames given to ports.</summary>
    public long Sent => Total(CounterTotals.Sent);

    /// <summary>Frames the forwarder made itself.</summary>
    public long Generated => Total(CounterTotals.Generated);

    /// <summary>Frames whose sender found no place in the table of stations: what is for it is flooded.</summary>
    public long NotLearned => Total(CounterTotals.NotLearned);

    /// <summary>Dropped frames by reason; index is the reason's number.</summary>
    public ReadOnlySpan<long> Dropped => _totals.Span[(int)CounterTotals.Dropped..];

    /// <summary>Frames and bytes received, by port number.</summary>
    public ReadOnlySpan<PacketCount> ReceivedByPort => InUse(_received, CounterTotals.Ports);

    /// <summary>Frames and bytes sent, by port number.</summary>
    public ReadOnlySpan<PacketCount> SentByPort => InUse(_sent, CounterTotals.Ports);

    /// <summary>Frames that entered a chain at its classifier, length as received, by path counter number.</summary>
    public ReadOnlySpan<PacketCount> Entered => InUse(_entered, CounterTotals.Paths);

    /// <summary>Frames sent to a member, length as sent with encapsulation, by member counter number.</summary>
    public ReadOnlySpan<PacketCount> Steered => InUse(_steered, CounterTotals.Members);

    /// <summary>Makes sure that the rows of a snapshot can be written. Before it is published, by who builds it.</summary>
    /// <exception cref="IOException">The file system has no room for them.</exception>
    internal void Hold(int ports, int paths, int members)
    {
        _totals.Hold(_totals.Length);
        Statistics.Hold();
        _received.Hold(ports);
        _sent.Hold(ports);
        _entered.Hold(paths);
        _steered.Hold(members);
    }

    /// <summary>Makes room for the numbers a snapshot uses. Called when it is adopted.</summary>
    internal void Reserve(int ports, int paths, int members)
    {
        Reserve(ref _received, ports);
        Reserve(ref _sent, ports);
        Reserve(ref _entered, paths);
        Reserve(ref _steered, members);
        Use(CounterTotals.Ports, ports);
        Use(CounterTotals.Paths, paths);
        Use(CounterTotals.Members, members);
    }

    internal void CountReceived(int port, int packets, long bytes)
    {
        _totals.Writable[(int)CounterTotals.Received] += packets;
        _received.Writable[port].Add(packets, bytes);
    }

    internal void CountSent(int port, int packets, long bytes)
    {
        _totals.Writable[(int)CounterTotals.Sent] += packets;
        _sent.Writable[port].Add(packets, bytes);
    }

    internal void CountEntered(int counter, int packets, long bytes) => _entered.Writable[counter].Add(packets, bytes);

    internal void CountSteered(int counter, int packets, long bytes) => _steered.Writable[counter].Add(packets, bytes);

    internal void CountGenerated() => _totals.Writable[(int)CounterTotals.Generated]++;

    internal void CountNotLearned() => _totals.Writable[(int)CounterTotals.NotLearned]++;

    internal void CountDropped(DropReason reason) => _totals.Writable[(int)CounterTotals.Dropped + (int)reason]++;

    private long Total(CounterTotals total) => Volatile.Read(in _totals.Span[(int)total]);

    // Another process may write anything, so what it says is bounded by what was mapped.
    private ReadOnlySpan<PacketCount> InUse(NativeRows<PacketCount> rows, CounterTotals used) =>
        rows.Span[..(int)Math.Clamp(Total(used), 0, rows.Length)];

    private void Use(CounterTotals used, int rows) =>
        Volatile.Write(ref _totals.Writable[(int)used], Math.Max(_totals.Span[(int)used], rows));

    private void Reserve(ref NativeRows<PacketCount> rows, int length)
    {
        if (rows.Length >= length)
        {
            return;
        }

        if (!_grows)
        {
            throw new InvalidOperationException($"There is room for {rows.Length} counters of a kind, and {length} are used. Who builds the snapshot checks this before.");
        }

        NativeRows<PacketCount> larger = new(Math.Max(length, 2 * rows.Length));
        rows.Span.CopyTo(larger.Writable);
        _outgrown.Add(rows);
        Volatile.Write(ref rows, larger);
    }
}
