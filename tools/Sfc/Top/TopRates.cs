using System.Text.Json.Serialization;
using NetworkingSfc.Control.Telemetry;

namespace NetworkingSfc.Sfc.Top;

/// <summary>What moved between two reports, a second; also the form of <c>--json</c>. Rates are null where one of the reports knows no count.</summary>
/// <param name="Time">When the second report was read.</param>
/// <param name="Seconds">Time between the two.</param>
/// <param name="Forwarder"><c>up</c>, <c>away</c> or <c>none</c>.</param>
/// <param name="Dropped">Dropped frames a second by reason; reasons without any are left out.</param>
/// <param name="Chains">The chains.</param>
/// <param name="Ports">The ports.</param>
/// <param name="Workers">The workers.</param>
internal sealed record TopRates(
    DateTimeOffset Time,
    double Seconds,
    string Forwarder,
    IReadOnlyDictionary<string, double> Dropped,
    IReadOnlyList<ChainRate> Chains,
    IReadOnlyList<PortRate> Ports,
    IReadOnlyList<WorkerRate> Workers)
{
    /// <summary>The rates between two reports of one server.</summary>
    /// <param name="before">The earlier report.</param>
    /// <param name="now">The later one.</param>
    public static TopRates Between(StatusReport before, StatusReport now)
    {
        double seconds = (now.Time - before.Time).TotalSeconds;

        // Counters of another process began at zero: nothing can be said across its start.
        bool isSame = seconds > 0 && now.Forwarder.Started is not null && now.Forwarder.Started == before.Forwarder.Started;
        Dictionary<Guid, PortStatus> ports = isSame ? before.Ports.ToDictionary(port => port.Id) : [];
        Dictionary<Guid, ChainStatus> chains = isSame ? before.Chains.ToDictionary(chain => chain.Id) : [];
        return new TopRates(
            now.Time, seconds, now.Forwarder.State,
            Drops(isSame ? before.Totals : null, now.Totals, seconds),
            [.. now.Chains.Select(chain => Chain(chains.GetValueOrDefault(chain.Id), chain, seconds))],
            [.. now.Ports.Select(port => new PortRate(
                port.Id, port.Name, port.Condition,
                Rate(ports.GetValueOrDefault(port.Id)?.Received, port.Received, seconds), Rate(ports.GetValueOrDefault(port.Id)?.Sent, port.Sent, seconds)))],
            [.. now.Workers.Where(worker => isSame && worker.Number < before.Workers.Length)
                .Select(worker => WorkerRate.Between(before.Workers[worker.Number], worker, seconds, now.ClockMegahertz))]);
    }

    private static SortedDictionary<string, double> Drops(TrafficTotals? before, TrafficTotals? now, double seconds)
    {
        SortedDictionary<string, double> rates = new(StringComparer.Ordinal);
        if (before is null || now is null)
        {
            return rates;
        }

        foreach ((string reason, long packets) in now.Dropped)
        {
            if (packets - before.Dropped.GetValueOrDefault(reason) is > 0 and long more)
            {
                rates.Add(reason, more / seconds);
            }
        }

        return rates;
    }

    private static ChainRate Chain(ChainStatus? before, ChainStatus now, double seconds)
    {
        Dictionary<(Guid Group, Guid Member), MemberStatus> members = [];
        foreach (HopStatus hop in before?.Hops ?? [])
        {
            foreach (MemberStatus member in hop.Members)
            {
                members[(hop.Group, member.Id)] = member;
            }
        }

        return new ChainRate(now.Id, now.Name, Rate(before?.Entered, now.Entered, seconds), [.. now.Hops.Select(hop => new HopRate(
            hop.Index, hop.Group, hop.Name,
            [.. hop.Members.Select(member => new MemberRate(
                member.Id, member.Name, Rate(members.GetValueOrDefault((hop.Group, member.Id))?.Steered, member.Steered, seconds)))]))]);
    }

    private static TrafficRate? Rate(TrafficCount? before, TrafficCount? now, double seconds) =>
        before is null || now is null ? null : new TrafficRate((now.Packets - before.Packets) / seconds, (now.Bytes - before.Bytes) * 8 / seconds);
}

/// <summary>Frames and bits a second.</summary>
internal sealed record TrafficRate(double Packets, double Bits);

/// <summary>A chain: frames that entered it.</summary>
internal sealed record ChainRate(Guid Id, string Name, TrafficRate? Entered, IReadOnlyList<HopRate> Hops);

/// <summary>A hop of a chain, counted from 1.</summary>
internal sealed record HopRate(int Index, Guid Group, string Name, IReadOnlyList<MemberRate> Members);

/// <summary>A member: frames sent to it.</summary>
internal sealed record MemberRate(Guid Id, string Name, TrafficRate? Steered);

/// <summary>A port.</summary>
internal sealed record PortRate(Guid Id, string Name, string? Condition, TrafficRate? Received, TrafficRate? Sent);

/// <summary>A worker.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Packets">Frames received a second.</param>
/// <param name="BusyShare">Part of the time in steps that moved frames, 0 to 1.</param>
/// <param name="BatchFill">Frames in a burst, on average; null without bursts.</param>
/// <param name="NanosecondsPerPacket">Time of such steps for a frame; null without frames.</param>
/// <param name="CyclesPerPacket">The same in cycles of the clock that Linux tells: an estimate, since CPUs change theirs.</param>
/// <param name="LargestGapSeconds">Longest time between two polls since the worker started.</param>
internal sealed record WorkerRate(
    int Number, double Packets, double BusyShare, double? BatchFill, double? NanosecondsPerPacket, double? CyclesPerPacket, double LargestGapSeconds)
{
    /// <summary>What a worker did between two reports.</summary>
    public static WorkerRate Between(WorkerStatus before, WorkerStatus now, double seconds, double? megahertz)
    {
        long packets = now.Packets - before.Packets;
        long bursts = now.Bursts - before.Bursts;
        double busy = now.BusySeconds - before.BusySeconds;
        double? nanoseconds = packets > 0 ? busy * 1e9 / packets : null;
        return new WorkerRate(
            now.Number, packets / seconds, busy / seconds, bursts > 0 ? (double)packets / bursts : null, nanoseconds, nanoseconds * megahertz / 1e3, now.LargestGapSeconds);
    }
}

/// <summary>Writes rates without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TopRates))]
internal sealed partial class TopRatesJson : JsonSerializerContext;
