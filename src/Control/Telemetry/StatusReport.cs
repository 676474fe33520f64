using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NetworkingSfc.Control.Configuration;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>
/// All that can be seen of a server and its forwarder at one moment, in names of the configuration; also the body of
/// <c>/v2.0/sfc/status</c>. Counts are those of the forwarder's process since it started, and null while they cannot be known.
/// </summary>
/// <param name="Time">When it was read, UTC.</param>
/// <param name="Started">When the control process started.</param>
/// <param name="Revision">Revision of the desired state.</param>
/// <param name="Generation">Generation that is wanted of the forwarder.</param>
/// <param name="ClockMegahertz">Rate of the CPU's clock as Linux gives it; null where it does not.</param>
/// <param name="Forwarder">The forwarder.</param>
/// <param name="Drivers">What carries out the desired state.</param>
/// <param name="Totals">What the forwarder counted in all.</param>
/// <param name="Workers">Its workers in order.</param>
/// <param name="Chains">The chains.</param>
/// <param name="Ports">The ports.</param>
/// <param name="UnusedPorts">What the configuration file says of ports and attaches nothing.</param>
public sealed record StatusReport(
    DateTimeOffset Time,
    DateTimeOffset Started,
    long Revision,
    ulong Generation,
    double? ClockMegahertz,
    ForwarderStatus Forwarder,
    ImmutableArray<DriverState> Drivers,
    TrafficTotals? Totals,
    ImmutableArray<WorkerStatus> Workers,
    ImmutableArray<ChainStatus> Chains,
    ImmutableArray<PortStatus> Ports,
    ImmutableArray<UnusedEntry> UnusedPorts)
{
    /// <summary>How much of the forwarder's numbers is given.</summary>
    public ImmutableArray<NumberStatus> Numbers { get; init; } = [];
}

/// <summary>Numbers of one kind. One is given to a thing once and to no other, so those given never become fewer.</summary>
/// <param name="Kind"><c>ports</c>, <c>chains</c> or <c>members</c>.</param>
/// <param name="Given">How many have been given.</param>
/// <param name="Room">How many the forwarder has room for, after which it takes up no state with more; null where that is not known.</param>
public sealed record NumberStatus(string Kind, int Given, int? Room);

/// <summary>The forwarder as the control process sees it.</summary>
/// <param name="State"><c>up</c>, <c>away</c>, or <c>none</c> where no driver is one.</param>
/// <param name="Since">Since when that is so, as far as it is known.</param>
/// <param name="Started">When its process started; null while it is away.</param>
public sealed record ForwarderStatus(string State, DateTimeOffset? Since, DateTimeOffset? Started)
{
    /// <summary>A forwarder that is there.</summary>
    public const string Up = "up";

    /// <summary>One that is not.</summary>
    public const string Away = "away";

    /// <summary>None is wanted.</summary>
    public const string None = "none";

    /// <summary>Whether it is there.</summary>
    [JsonIgnore]
    public bool IsUp => State == Up;
}

/// <summary>How far a driver is.</summary>
/// <param name="Name">The driver.</param>
/// <param name="WantedRevision">The revision to be applied.</param>
/// <param name="AppliedRevision">The one applied last; null for none.</param>
/// <param name="Failure">Why the last attempt failed, or null.</param>
/// <param name="FailingSince">When that began.</param>
public sealed record DriverState(string Name, long WantedRevision, long? AppliedRevision, string? Failure, DateTimeOffset? FailingSince)
{
    /// <summary>Whether it has done all that is wanted.</summary>
    [JsonIgnore]
    public bool IsDone => Failure is null && AppliedRevision == WantedRevision;
}

/// <summary>Frames and their bytes.</summary>
/// <param name="Packets">Frames.</param>
/// <param name="Bytes">Bytes.</param>
public sealed record TrafficCount(long Packets, long Bytes);

/// <summary>What all workers counted together, in frames.</summary>
/// <param name="Received">Taken from ports.</param>
/// <param name="Sent">Given to ports.</param>
/// <param name="Generated">Made by the forwarder itself.</param>
/// <param name="NotLearned">Received from a sender that found no place among the learned stations.</param>
/// <param name="Dropped">Dropped, by every reason there is.</param>
public sealed record TrafficTotals(long Received, long Sent, long Generated, long NotLearned, ImmutableSortedDictionary<string, long> Dropped);

/// <summary>How a worker spends its time.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Generation">The generation that it uses; null before the first.</param>
/// <param name="EmptySteps">Steps in which nothing came.</param>
/// <param name="Packets">Frames received.</param>
/// <param name="BurstsBySize">Bursts of 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, 32 to 63, 64 frames.</param>
/// <param name="BusySeconds">Time in steps that moved frames.</param>
/// <param name="LargestGapSeconds">Longest time between two polls since the start.</param>
/// <param name="HandoffsGivenUp">Frames handed to another worker for a port that was detached before it took them.</param>
/// <param name="AllocatedBytes">Managed memory that its thread has allocated: constant once it has started.</param>
/// <param name="Collections">Garbage collections of its process, each of which stopped it for a moment.</param>
/// <param name="Flows">Its flow table.</param>
public sealed record WorkerStatus(
    int Number, ulong? Generation, long EmptySteps, long Packets, ImmutableArray<long> BurstsBySize, double BusySeconds, double LargestGapSeconds, long HandoffsGivenUp,
    long AllocatedBytes, long Collections, FlowTableStatus Flows)
{
    /// <summary>Bursts received.</summary>
    [JsonIgnore]
    public long Bursts => BurstsBySize.Sum();
}

/// <summary>What a worker remembers of live flows.</summary>
/// <param name="Held">Flows in its table.</param>
/// <param name="LookedUp">Packets whose flow was looked up.</param>
/// <param name="Recalled">Of these, those that the table decided about.</param>
/// <param name="Kept">Of these, those that went to another member than a new flow would have: for them alone the table mattered.</param>
/// <param name="Unplaced">New flows that found no place, or whose place another new one took.</param>
public sealed record FlowTableStatus(long Held, long LookedUp, long Recalled, long Kept, long Unplaced);

/// <summary>A chain.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Entered">Frames that entered it at its classifiers, length as received.</param>
/// <param name="Hops">Its hops in order.</param>
public sealed record ChainStatus(Guid Id, string Name, TrafficCount? Entered, ImmutableArray<HopStatus> Hops);

/// <summary>A hop of a chain.</summary>
/// <param name="Index">Its place, from 1.</param>
/// <param name="Group">Id of the port pair group.</param>
/// <param name="Name">Name of the group.</param>
/// <param name="Members">The port pairs of the group.</param>
public sealed record HopStatus(int Index, Guid Group, string Name, ImmutableArray<MemberStatus> Members);

/// <summary>A member of a hop.</summary>
/// <param name="Id">Id of the port pair.</param>
/// <param name="Name">Its name.</param>
/// <param name="Steered">Frames sent to it by this hop, length as sent.</param>
public sealed record MemberStatus(Guid Id, string Name, TrafficCount? Steered);

/// <summary>A port.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Condition"><c>up</c>, <c>waiting</c>, <c>down</c> or <c>failed</c>; null when it is attached to nothing, or the forwarder is away.</param>
/// <param name="Reason">Why it is not up; null when it is.</param>
/// <param name="Since">When the condition began.</param>
/// <param name="Received">Frames received from it.</param>
/// <param name="Sent">Frames sent to it.</param>
/// <param name="Below">What happened below the forwarder, once it has been attached.</param>
public sealed record PortStatus(
    Guid Id, string Name, string? Condition, string? Reason, DateTimeOffset? Since, TrafficCount? Received, TrafficCount? Sent, PortLosses? Below)
{
    /// <summary>The condition of a port through which frames move.</summary>
    public const string Up = "up";
}

/// <summary>Frames that a port refused or lost below the forwarder, so that no drop reason counts them.</summary>
/// <param name="ReceiveOversize">Did not fit a buffer.</param>
/// <param name="ReceiveLost">Arrived while there was no room.</param>
/// <param name="ReceiveInvalid">Put into a shared ring against its rules.</param>
/// <param name="SendRefused">Taken and thrown away by the link.</param>
public sealed record PortLosses(long ReceiveOversize, long ReceiveLost, long ReceiveInvalid, long SendRefused);

/// <summary>Writes and reads reports without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusReport))]
public sealed partial class StatusReportJson : JsonSerializerContext;
