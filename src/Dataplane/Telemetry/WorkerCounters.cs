namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// What one worker counted since it started. Written by its thread with plain additions; others read it at any time and
/// may see a packet in one counter a moment before the next.
/// </summary>
/// <remarks>
/// Rows are addressed by numbers that the control side hands out once and never gives to another thing
/// (<c>PortDefinition</c> index, <c>PathDefinition.Counter</c>, <c>HopDefinition.MemberCounters</c>), so counts survive a new
/// snapshot. Arrays grow when a snapshot is adopted, never while packets move.
/// </remarks>
public sealed class WorkerCounters
{
    private readonly long[] _dropped = new long[DropReasonCatalog.All.Length + 1];
    private PacketCount[] _received = [];
    private PacketCount[] _sent = [];
    private PacketCount[] _entered = [];
    private PacketCount[] _steered = [];

    /// <summary>Frames taken from ports.</summary>
    public long Received { get; internal set; }

    /// <summary>Frames given to ports.</summary>
    public long Sent { get; internal set; }

    /// <summary>Frames the forwarder made itself.</summary>
    public long Generated { get; internal set; }

    /// <summary>Frames whose sender found no place in the table of stations: what is for it is flooded.</summary>
    public long NotLearned { get; private set; }

    /// <summary>Dropped frames by reason; index is the reason's number.</summary>
    public ReadOnlySpan<long> Dropped => _dropped;

    /// <summary>Frames and bytes received, by port number.</summary>
    public ReadOnlySpan<PacketCount> ReceivedByPort => _received;

    /// <summary>Frames and bytes sent, by port number.</summary>
    public ReadOnlySpan<PacketCount> SentByPort => _sent;

    /// <summary>Frames that entered a chain at its classifier, length as received, by path counter number.</summary>
    public ReadOnlySpan<PacketCount> Entered => _entered;

    /// <summary>Frames sent to a member, length as sent with encapsulation, by member counter number.</summary>
    public ReadOnlySpan<PacketCount> Steered => _steered;

    /// <summary>Makes room for the numbers a snapshot uses. Called when it is adopted.</summary>
    internal void Reserve(int ports, int paths, int members)
    {
        Grow(ref _received, ports);
        Grow(ref _sent, ports);
        Grow(ref _entered, paths);
        Grow(ref _steered, members);
    }

    internal void CountReceived(int port, int bytes)
    {
        Received++;
        _received[port].Add(bytes);
    }

    internal void CountSent(int port, int bytes)
    {
        Sent++;
        _sent[port].Add(bytes);
    }

    internal void CountEntered(int counter, int bytes) => _entered[counter].Add(bytes);

    internal void CountSteered(int counter, int bytes) => _steered[counter].Add(bytes);

    internal void CountGenerated() => Generated++;

    internal void CountNotLearned() => NotLearned++;

    internal void CountDropped(DropReason reason) => _dropped[(int)reason]++;

    private static void Grow(ref PacketCount[] counts, int length)
    {
        if (counts.Length < length)
        {
            Array.Resize(ref counts, length);
        }
    }
}
