using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>The fixed order of the stages that every burst goes through.</summary>
internal static class Pipeline
{
    /// <summary>The stages in order, by type name; <see cref="Run"/> and, from the trace stage on, <see cref="RunReleased"/> must agree.</summary>
    public static ImmutableArray<string> Stages { get; } =
    [
        nameof(ParseStage),
        nameof(LearnStage),
        nameof(ForwardStage),
        nameof(FragmentStage),
        nameof(TraceStage),
        nameof(RecallStage),
        nameof(ClassifyStage),
        nameof(CopyStage),
        nameof(JoinStage),
        nameof(SelectStage),
        nameof(RememberStage),
        nameof(EncapsulateStage),
        nameof(SwitchStage),
        nameof(TransmitStage),
    ];

    /// <summary>Takes a received burst to its ports.</summary>
    /// <param name="batch">The burst; owns nothing afterwards.</param>
    /// <param name="snapshot">The steering state for the whole burst.</param>
    /// <param name="worker">Queues and counters.</param>
    public static void Run(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        ParseStage.Run(batch);
        LearnStage.Run(batch, snapshot, worker);
        ForwardStage.Run(batch, snapshot);
        FragmentStage.Run(batch, snapshot, worker);
        TraceStage.Run(batch, snapshot, worker);
        RecallStage.Run(batch, snapshot, worker);
        ClassifyStage.Run(batch, snapshot, worker);
        CopyStage.Run(batch, snapshot, worker, joins: 0);
        JoinStage.Run(batch, snapshot, worker);
        SelectStage.Run(batch, snapshot, worker);
        RememberStage.Run(batch, snapshot, worker);
        EncapsulateStage.Run(batch, snapshot);
        SwitchStage.Run(batch, snapshot, worker);
        TransmitStage.Run(batch, snapshot, worker);
    }

    /// <summary>The stages behind the fragment stage: where fragments go on that were held until their first one came.</summary>
    /// <param name="batch">The frames, as far as the stages before have come with them; owns nothing afterwards.</param>
    /// <param name="snapshot">The steering state for the whole burst.</param>
    /// <param name="worker">Queues and counters.</param>
    public static void RunReleased(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker)
    {
        TraceStage.Run(batch, snapshot, worker);
        RecallStage.Run(batch, snapshot, worker);
        ClassifyStage.Run(batch, snapshot, worker);
        CopyStage.Run(batch, snapshot, worker, joins: 0);
        JoinStage.Run(batch, snapshot, worker);
        SelectStage.Run(batch, snapshot, worker);
        RememberStage.Run(batch, snapshot, worker);
        EncapsulateStage.Run(batch, snapshot);
        SwitchStage.Run(batch, snapshot, worker);
        TransmitStage.Run(batch, snapshot, worker);
    }
}
