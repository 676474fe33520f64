using System.Collections.Immutable;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>How a group of workers runs.</summary>
public sealed record WorkerGroupOptions
{
    /// <summary>Most workers of a group.</summary>
    public const int MaxWorkers = 64;

    /// <summary>Live flows a worker remembers unless configured.</summary>
    public const int DefaultFlows = 1 << 20;

    /// <summary>Fewest live flows a worker can be made to remember.</summary>
    public const int LeastFlows = LiveFlowTable.LeastFlows;

    /// <summary>Most.</summary>
    public const int MostFlows = LiveFlowTable.MostFlows;

    /// <summary>Workers, 1 to <see cref="MaxWorkers"/>.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The CPU that each worker is bound to, one a worker; empty for any.</summary>
    public ImmutableArray<int> Cpus { get; init; } = [];

    /// <summary>What a worker does while nothing comes.</summary>
    public IdlePolicy Idle { get; init; } = IdlePolicy.Sleep;

    /// <summary>Packets that a worker can hold at once.</summary>
    public int SlotsPerWorker { get; init; } = 4_096;

    /// <summary>Largest frame that can be received, in bytes.</summary>
    public int FrameBytes { get; init; } = 2_048;

    /// <summary>Live flows that a worker remembers, <see cref="LeastFlows"/> to <see cref="MostFlows"/>; memory is used as they come, 64 bytes a flow and as many again for the index.</summary>
    public int FlowsPerWorker { get; init; } = DefaultFlows;

    /// <summary>Where each worker counts, one a worker; empty for memory of their own.</summary>
    internal ImmutableArray<WorkerCounters> Counters { get; init; } = [];

    /// <summary>What limits in time go by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
