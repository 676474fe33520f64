using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Control.Telemetry;

/// <summary>
/// A report as metrics: prefix <c>sfc_</c>, base units, labels from the configuration only. Labels are ids, because names may
/// change and be given twice; the names are in the families that end in <c>_info</c>. What cannot be known is left out.
/// </summary>
internal static class Metrics
{
    private const string Counter = "counter";
    private const string Gauge = "gauge";

    // Largest size in each of WorkerStatistics.BurstsBySize.
    private static ReadOnlySpan<double> BurstBounds => [1, 3, 7, 15, 31, 63, 64];

    /// <summary>Writes a report.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="report">The report.</param>
    public static void Write(MetricsText text, StatusReport report)
    {
        WriteProcesses(text, report);
        if (report.Totals is { } totals)
        {
            WriteTotals(text, totals);
            WriteWorkers(text, report);
        }

        WriteChains(text, report);
        WritePorts(text, report);
    }

    private static void WriteProcesses(MetricsText text, StatusReport report)
    {
        const string start = "sfc_process_start_time_seconds";
        text.Family(start, Gauge, "When the process of a role started, in seconds since 1970. The counters of the forward role began at zero then.");
        text.Sample(start, Seconds(report.Started), ("role", "control"));
        if (report.Forwarder.Started is { } forwarderStarted)
        {
            text.Sample(start, Seconds(forwarderStarted), ("role", "forward"));
        }

        One(text, "sfc_revision", "Revision of the desired state.", report.Revision);
        One(text, "sfc_generation", "Generation that is wanted of the forwarder.", report.Generation);
        if (report.Forwarder.State != ForwarderStatus.None)
        {
            One(text, "sfc_forwarder_up", "Whether the forwarder is there.", report.Forwarder.IsUp ? 1 : 0);
        }

        Each(text, "sfc_driver_up", Gauge, "Whether a driver has done all that is wanted.", report.Drivers, driver => driver.IsDone ? 1 : 0, driver => [("driver", driver.Name)]);
        Each(text, "sfc_driver_applied_revision", Gauge, "Revision that a driver applied last.", report.Drivers, driver => driver.AppliedRevision, driver => [("driver", driver.Name)]);
        Each(text, "sfc_numbers_given", Gauge, "Numbers given to things of a kind, also to those that are gone.", report.Numbers, numbers => numbers.Given, numbers => [("kind", numbers.Kind)]);
        Each(text, "sfc_numbers_room", Gauge, "Numbers of a kind that the forwarder has room for: with more it takes up nothing.", report.Numbers, numbers => numbers.Room, numbers => [("kind", numbers.Kind)]);
    }

    private static void WriteTotals(MetricsText text, TrafficTotals totals)
    {
        const string dropped = "sfc_dropped_packets_total";
        text.Family(dropped, Counter, "Frames dropped, by reason.");
        foreach ((_, string name, string description) in DropReasonCatalog.All)
        {
            text.Comment($"{name}: {description}");
            text.Sample(dropped, totals.Dropped[name], ("reason", name));
        }

        One(text, "sfc_generated_packets_total", "Frames that the forwarder made itself.", totals.Generated, Counter);
        One(text, "sfc_not_learned_packets_total", "Frames whose sender found no place among the learned stations.", totals.NotLearned, Counter);
    }

    private static void WriteWorkers(MetricsText text, StatusReport report)
    {
        const string bursts = "sfc_worker_burst_packets";
        Workers("sfc_worker_generation", Gauge, "Generation that a worker uses.", worker => worker.Generation);
        Workers("sfc_worker_empty_steps_total", Counter, "Steps of a worker in which nothing came.", worker => worker.EmptySteps);
        Workers("sfc_worker_busy_seconds_total", Counter, "Time of a worker in steps that moved frames.", worker => worker.BusySeconds);
        Workers("sfc_worker_largest_gap_seconds", Gauge, "Longest time between two polls of a worker since the start.", worker => worker.LargestGapSeconds);
        Workers("sfc_worker_handoffs_given_up_packets_total", Counter, "Frames handed to another worker for a port that was detached before it took them.", worker => worker.HandoffsGivenUp);
        Workers("sfc_worker_allocated_bytes_total", Counter, "Managed memory that the thread of a worker has allocated.", worker => worker.AllocatedBytes);
        Workers("sfc_worker_collections_total", Counter, "Garbage collections of the forwarder, each of which stopped the worker for a moment.", worker => worker.Collections);
        Workers("sfc_worker_flows", Gauge, "Live flows that a worker remembers.", worker => worker.Flows.Held);
        Workers("sfc_worker_flow_lookups_total", Counter, "Packets whose flow a worker looked up.", worker => worker.Flows.LookedUp);
        Workers("sfc_worker_flow_hits_total", Counter, "Packets whose way was known from earlier ones of their flow.", worker => worker.Flows.Recalled);
        Workers("sfc_worker_flow_kept_packets_total", Counter, "Packets that stayed with their flow's member where a new flow would get another.", worker => worker.Flows.Kept);
        Workers("sfc_worker_flows_unplaced_total", Counter, "New flows that a worker had no place for, or whose place another new one took.", worker => worker.Flows.Unplaced);
        text.Family(bursts, "histogram", "Bursts that a worker received, by frames in them.");
        foreach (WorkerStatus worker in report.Workers)
        {
            text.Histogram(bursts, BurstBounds, worker.BurstsBySize.AsSpan(), worker.Packets, ("worker", $"{worker.Number}"));
        }

        void Workers(string name, string type, string help, Func<WorkerStatus, double?> value) =>
            Each(text, name, type, help, report.Workers, value, worker => [("worker", $"{worker.Number}")]);
    }

    private static void WriteChains(MetricsText text, StatusReport report)
    {
        (ChainStatus Chain, HopStatus Hop)[] hops = [.. report.Chains.SelectMany(chain => chain.Hops.Select(hop => (chain, hop)))];
        (ChainStatus Chain, HopStatus Hop, MemberStatus Member)[] members = [.. hops.SelectMany(hop => hop.Hop.Members.Select(member => (hop.Chain, hop.Hop, member)))];
        Each(text, "sfc_chain_info", Gauge, "Name of a chain.", report.Chains, _ => 1, chain => [("chain", $"{chain.Id}"), ("name", chain.Name)]);
        Each(text, "sfc_hop_info", Gauge, "Port pair group of a hop.", hops, _ => 1,
            hop => [("chain", $"{hop.Chain.Id}"), ("hop", $"{hop.Hop.Index}"), ("group", $"{hop.Hop.Group}"), ("name", hop.Hop.Name)]);
        Each(text, "sfc_member_info", Gauge, "Name of a port pair that is a member.", members.Select(member => member.Member).DistinctBy(member => member.Id), _ => 1,
            member => [("member", $"{member.Id}"), ("name", member.Name)]);
        Each(text, "sfc_chain_packets_total", Counter, "Frames that entered a chain at its classifiers.", report.Chains, chain => chain.Entered?.Packets, ChainLabel);
        Each(text, "sfc_chain_bytes_total", Counter, "Their bytes, as received.", report.Chains, chain => chain.Entered?.Bytes, ChainLabel);
        Each(text, "sfc_member_packets_total", Counter, "Frames that a hop sent to a member.", members, member => member.Member.Steered?.Packets, MemberLabels);
        Each(text, "sfc_member_bytes_total", Counter, "Their bytes, as sent.", members, member => member.Member.Steered?.Bytes, MemberLabels);

        static (string, string)[] ChainLabel(ChainStatus chain) => [("chain", $"{chain.Id}")];

        static (string, string)[] MemberLabels((ChainStatus Chain, HopStatus Hop, MemberStatus Member) member) =>
            [("chain", $"{member.Chain.Id}"), ("hop", $"{member.Hop.Index}"), ("member", $"{member.Member.Id}")];
    }

    private static void WritePorts(MetricsText text, StatusReport report)
    {
        Each(text, "sfc_port_info", Gauge, "Name of a port.", report.Ports, _ => 1, port => [("port", $"{port.Id}"), ("name", port.Name)]);
        Ports("sfc_port_up", Gauge, "Whether frames can move through an attached port.", port => port.Condition is null ? null : port.Condition == PortStatus.Up ? 1 : 0);
        Ports("sfc_received_packets_total", Counter, "Frames received from a port.", port => port.Received?.Packets);
        Ports("sfc_received_bytes_total", Counter, "Their bytes.", port => port.Received?.Bytes);
        Ports("sfc_sent_packets_total", Counter, "Frames sent to a port.", port => port.Sent?.Packets);
        Ports("sfc_sent_bytes_total", Counter, "Their bytes.", port => port.Sent?.Bytes);
        Ports("sfc_port_receive_oversize_packets_total", Counter, "Frames that did not fit a buffer, refused below the forwarder.", port => port.Below?.ReceiveOversize);
        Ports("sfc_port_receive_lost_packets_total", Counter, "Frames that arrived at a port while there was no room for them.", port => port.Below?.ReceiveLost);
        Ports("sfc_port_receive_invalid_total", Counter, "What the peer of a port put into a shared ring against its rules.", port => port.Below?.ReceiveInvalid);
        Ports("sfc_port_send_refused_packets_total", Counter, "Frames that a port took and its link threw away.", port => port.Below?.SendRefused);

        void Ports(string name, string type, string help, Func<PortStatus, double?> value) =>
            Each(text, name, type, help, report.Ports, value, port => [("port", $"{port.Id}")]);
    }

    private static void One(MetricsText text, string name, string help, double value, string type = Gauge)
    {
        text.Family(name, type, help);
        text.Sample(name, value);
    }

    // A family without samples is not begun.
    private static void Each<T>(
        MetricsText text, string name, string type, string help, IEnumerable<T> items, Func<T, double?> value, Func<T, (string, string)[]> labels)
    {
        bool isBegun = false;
        foreach (T item in items)
        {
            if (value(item) is double known)
            {
                if (!isBegun)
                {
                    text.Family(name, type, help);
                    isBegun = true;
                }

                text.Sample(name, known, labels(item));
            }
        }
    }

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}
