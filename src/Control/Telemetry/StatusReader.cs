using System.Collections.Immutable;
using System.Diagnostics;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Channel;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>
/// Reads everything at once: adds up the workers' counters where they lie, which no worker notices, and puts the names of the
/// configuration to them. In whichever process the workers are.
/// </summary>
/// <param name="drivers">The drivers, and what was compiled for them.</param>
/// <param name="forwarder">The forwarder among them.</param>
internal sealed class StatusReader(DriverSet drivers, IForwarderProgress forwarder)
{
    private readonly DateTimeOffset _started = new(Process.GetCurrentProcess().StartTime.ToUniversalTime());
    private readonly double? _clock = CpuClock.Megahertz();

    /// <summary>How it all is now.</summary>
    /// <param name="current">The desired state.</param>
    public StatusReport Read(ResourceSet current)
    {
        CompiledState compiled = drivers.Current;
        ImmutableArray<ulong> adopted = forwarder.Adopted;
        RunningForwarder? running = forwarder.Running;

        // What was not told yet what its numbers stand for here cannot be named.
        Counts counts = new(running is { Workers.Count: > 0 } && !adopted.IsEmpty ? running : null, compiled.Numbers);
        Dictionary<int, PortReport> ports = adopted.IsEmpty || running is null ? [] : running.Ports.ToDictionary(port => port.Number);
        return new StatusReport(
            DateTimeOffset.UtcNow,
            _started,
            current.Revision,
            compiled.Definition.Generation,
            _clock,
            new ForwarderStatus(
                forwarder is NoForwarder ? ForwarderStatus.None : running is null ? ForwarderStatus.Away : ForwarderStatus.Up, forwarder.Since, running?.Started),
            [.. drivers.Reports.Select(report => new DriverState(report.Driver, report.Wanted, report.Applied, report.Failure, report.FailingSince))],
            Totals(running),
            [.. (running?.Workers ?? []).Select((worker, number) => Worker(number, worker, adopted))],
            [.. current.PortChains.Select(chain => Chain(current, chain, counts))],
            [.. current.Ports.Select(port => Port(port, counts, compiled.Numbers, ports))],
            drivers.Unused)
        {
            Numbers =
            [
                new NumberStatus("ports", compiled.Numbers.Ports.Count, running?.Capacity?.Ports),
                new NumberStatus("chains", compiled.Numbers.Chains.Count, running?.Capacity?.Paths),
                new NumberStatus("members", compiled.Numbers.Members.Count, running?.Capacity?.Members),
            ],
        };
    }

    private static TrafficTotals? Totals(RunningForwarder? running)
    {
        if (running is not { Workers: { Count: > 0 } workers })
        {
            return null;
        }

        ImmutableSortedDictionary<string, long>.Builder dropped = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach ((DropReason reason, string name, _) in DropReasonCatalog.All)
        {
            // A forwarder of another release may know fewer reasons.
            dropped.Add(name, workers.Sum(worker => (int)reason < worker.Dropped.Length ? worker.Dropped[(int)reason] : 0));
        }

        return new TrafficTotals(
            workers.Sum(worker => worker.Received),
            workers.Sum(worker => worker.Sent),
            workers.Sum(worker => worker.Generated),
            workers.Sum(worker => worker.NotLearned),
            dropped.ToImmutable());
    }

    private static WorkerStatus Worker(int number, WorkerCounters worker, ImmutableArray<ulong> adopted)
    {
        WorkerStatistics statistics = worker.Statistics;
        return new WorkerStatus(
            number,
            number < adopted.Length ? adopted[number] : null,
            statistics.EmptySteps,
            statistics.BurstPackets,
            [.. statistics.BurstsBySize],
            Seconds(statistics.BusyTicks),
            Seconds(statistics.LargestGapTicks),
            statistics.HandoffsGivenUp,
            statistics.AllocatedBytes,
            statistics.Collections,
            new FlowTableStatus(statistics.Flows, statistics.FlowsLookedUp, statistics.FlowsRecalled, statistics.FlowsKept, statistics.FlowsUnplaced));
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private static ChainStatus Chain(ResourceSet set, PortChain chain, Counts counts) => new(
        chain.Id, chain.Name, counts.Of(counts.Numbers.Chains, chain.Id, worker => worker.Entered),
        [.. chain.PortPairGroups.Select((id, hop) =>
        {
            PortPairGroup group = set.PortPairGroups[id];
            return new HopStatus(hop + 1, id, group.Name, [.. group.PortPairs.Select(pair => new MemberStatus(
                pair, set.PortPairs[pair].Name,
                counts.Of(counts.Numbers.Members, new StableNumbers.MemberKey(chain.Id, id, pair), worker => worker.Steered)))]);
        })]);

    private static PortStatus Port(Port port, Counts counts, StableNumbers numbers, Dictionary<int, PortReport> reports)
    {
        bool isKnown = numbers.Ports.TryGetValue(port.Id, out int number);
        PortReport? report = isKnown ? reports.GetValueOrDefault(number) : null;
        return new PortStatus(
            port.Id, port.Name,
            report?.Condition.ToString().ToLowerInvariant(), report?.Reason, report?.Since,
            counts.Of(numbers.Ports, port.Id, worker => worker.ReceivedByPort),
            counts.Of(numbers.Ports, port.Id, worker => worker.SentByPort),
            report is null ? null : counts.Below(number));
    }

    /// <summary>Sums over the workers by the numbers that things have.</summary>
    private sealed record Counts(RunningForwarder? Running, StableNumbers Numbers)
    {
        public delegate ReadOnlySpan<PacketCount> Column(WorkerCounters worker);

        public TrafficCount? Of<TKey>(ImmutableDictionary<TKey, int> rows, TKey key, Column column)
            where TKey : notnull
        {
            if (Running is null || !rows.TryGetValue(key, out int row))
            {
                return null;
            }

            PacketCount sum = default;
            foreach (WorkerCounters worker in Running.Workers)
            {
                ReadOnlySpan<PacketCount> counts = column(worker);
                if (row < counts.Length)
                {
                    sum.Add(counts[row]);
                }
            }

            return new TrafficCount(sum.Packets, sum.Bytes);
        }

        public PortLosses? Below(int port)
        {
            if (Running?.PortTotals is not { } totals)
            {
                return null;
            }

            PortStatistics total = port < totals.ByPort.Length ? totals.ByPort[port] : default;
            return new PortLosses(total.ReceiveOversize, total.ReceiveLost, total.ReceiveInvalid, total.SendRefused);
        }
    }
}
