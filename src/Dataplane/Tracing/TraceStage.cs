using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Tracing;

/// <summary>Keeps the packets that are traced as they came, while somebody asks. Reads: headers, verdicts. Sets: nothing of the batch.</summary>
internal static class TraceStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="batch">A burst whose carried headers are read.</param>
    /// <param name="snapshot">The steering state.</param>
    /// <param name="worker">Has the tracer, or none.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker) => worker.Tracer?.Take(batch, snapshot);
}
