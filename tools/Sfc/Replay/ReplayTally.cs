using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>Adds up the workers' counters and puts the names of the resources to them.</summary>
internal sealed class ReplayTally
{
    private readonly CompiledState _state;
    private readonly ReplayEngine _engine;

    private ReplayTally(CompiledState state, ReplayEngine engine)
    {
        _state = state;
        _engine = engine;
    }

    /// <summary>The report of a finished replay.</summary>
    /// <param name="state">What was replayed through.</param>
    /// <param name="engine">The engine.</param>
    public static ReplayReport Of(CompiledState state, ReplayEngine engine) => new ReplayTally(state, engine).Report();

    private ReplayReport Report() => new(
        _engine.Workers.Sum(worker => worker.Counters.Received),
        _engine.Workers.Sum(worker => worker.Counters.Sent),
        _engine.Workers.Sum(worker => worker.Counters.Generated),
        _engine.Workers.Sum(worker => (long)worker.Arena.HeldCount),
        _engine.Workers.Sum(worker => worker.Counters.NotLearned),
        Dropped(),
        [.. _state.Resources.PortChains.Select(Chain)],
        [.. _state.Resources.Ports.Select(port => new PortReport(
            port.Name,
            Sum(counters => counters.ReceivedByPort, _state.Numbers.Ports[port.Id]).Packets,
            Sum(counters => counters.SentByPort, _state.Numbers.Ports[port.Id]).Packets))]);

    private Dictionary<string, long> Dropped()
    {
        Dictionary<string, long> dropped = [];
        foreach ((DropReason reason, string name, _) in DropReasonCatalog.All)
        {
            long count = _engine.Workers.Sum(worker => worker.Counters.Dropped[(int)reason]);
            if (count > 0)
            {
                dropped.Add(name, count);
            }
        }

        return dropped;
    }

    private ChainReport Chain(PortChain chain)
    {
        PacketCount entered = Sum(counters => counters.Entered, _state.Numbers.Chains[chain.Id]);
        return new ChainReport(
            chain.IdText,
            chain.Name,
            entered.Packets,
            entered.Bytes,
            [.. chain.PortPairGroups.Select((group, hop) => new HopReport(hop + 1, group.ToString("D"),
                [.. _state.Resources.PortPairGroups[group].PortPairs.Select(pair => Member(new StableNumbers.MemberKey(chain.Id, group, pair)))]))]);
    }

    private MemberReport Member(StableNumbers.MemberKey key)
    {
        int row = _state.Numbers.Members[key];
        PacketCount sent = Sum(counters => counters.Steered, row);
        HashSet<ulong> flows = [];
        foreach (ReplayLane lane in _engine.Lanes.Where(lane => row < lane.Flows.Count))
        {
            flows.UnionWith(lane.Flows[row]);
        }

        return new MemberReport(key.PortPair.ToString("D"), sent.Packets, sent.Bytes, flows.Count);
    }

    private PacketCount Sum(CounterColumn column, int row)
    {
        PacketCount sum = default;
        foreach (Worker worker in _engine.Workers)
        {
            ReadOnlySpan<PacketCount> counts = column(worker.Counters);
            if (row < counts.Length)
            {
                sum.Add(counts[row]);
            }
        }

        return sum;
    }

    private delegate ReadOnlySpan<PacketCount> CounterColumn(WorkerCounters counters);
}
