using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>Rows that each worker has room for where its counters cannot grow.</summary>
/// <param name="Ports">Port numbers.</param>
/// <param name="Paths">Counters of paths.</param>
/// <param name="Members">Counters of members.</param>
public readonly record struct CounterCapacity(int Ports, int Paths, int Members)
{
    /// <summary>28 MiB of address space for each worker, of which only what is used takes memory.</summary>
    public static CounterCapacity Default { get; } = new(1 << 18, 1 << 18, 1 << 20);

    /// <summary>Why a snapshot does not fit, or null when it does.</summary>
    /// <param name="snapshot">The snapshot.</param>
    internal string? Refuse(SteeringSnapshot snapshot) =>
        Refuse(snapshot.PortCount, Ports, "port numbers")
        ?? Refuse(snapshot.CounterRows.Paths, Paths, "counters of paths")
        ?? Refuse(snapshot.CounterRows.Members, Members, "counters of members");

    private static string? Refuse(int used, int capacity, string what) => used <= capacity ? null
        : $"The snapshot uses {used} {what}; this forwarder has room for {capacity}.";
}
