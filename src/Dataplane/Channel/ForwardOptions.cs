using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>How a process of the forward role runs.</summary>
public sealed record ForwardOptions
{
    /// <summary>Path of the Unix socket at which it takes orders; its counters are beside it, with <c>.counters</c> behind the name.</summary>
    public required string SocketPath { get; init; }

    /// <summary>Directory of the last snapshot.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How its workers run.</summary>
    public WorkerGroupOptions Workers { get; init; } = new();

    /// <summary>Counters that each worker has room for.</summary>
    public CounterCapacity Capacity { get; init; } = CounterCapacity.Default;
}
