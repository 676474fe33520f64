using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.PathMtu;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>What the stages may write of their worker besides the batch: counters, transmit queues, scratch.</summary>
public sealed class WorkerContext
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TimeProvider? _clock;
    private long _now;

    internal WorkerContext(PacketArena arena, TimeProvider? clock, MacTable macTable, WorkerCounters counters, LiveFlowTable flows)
    {
        Flows = flows;
        Counters = counters;
        MacTable = macTable;
        Arena = arena;
        _clock = clock;
        Copies = new PacketBatch(arena);
        JoinRules = new int[JoinKeys.Capacity];
        HeldFragments = new FragmentHold(arena, Counters);
    }

    /// <summary>The worker's packet memory.</summary>
    public PacketArena Arena { get; }

    /// <summary>The worker's counters.</summary>
    public WorkerCounters Counters { get; }

    /// <summary>Transmit queues by port number; null where nothing is attached.</summary>
    internal ImmutableArray<(ITxQueue? Queue, AttachedPort? Port)> TransmitQueues { get; set; } = [];

    /// <summary>Where copies for taps and of flooded frames go through the stages.</summary>
    internal PacketBatch Copies { get; }

    /// <summary>Where the join stage collects the keys of the frames for one table.</summary>
    internal FlowKeyBatch JoinKeys { get; } = new(PacketBatch.Capacity);

    /// <summary>Rows of the batch that <see cref="JoinKeys"/> came from.</summary>
    internal int[] JoinRows { get; } = new int[PacketBatch.Capacity];

    /// <summary>The classifier's answers, padded like <see cref="JoinKeys"/>.</summary>
    internal int[] JoinRules { get; }

    /// <summary>Where the transmit stage sorts frames by output port.</summary>
    internal OutputGroups Outputs { get; } = new();

    /// <summary>First fragments seen lately.</summary>
    internal FragmentTable Fragments { get; } = new();

    /// <summary>Later fragments that wait for their first one.</summary>
    internal FragmentHold HeldFragments { get; }

    /// <summary>The worker's live flows.</summary>
    internal LiveFlowTable Flows { get; }

    /// <summary>Counts the snapshots that the worker has adopted.</summary>
    internal uint Epoch { get; set; }

    /// <summary>True where each frame's flow hash is wanted, also of those that need none to be sent.</summary>
    internal bool WantsHashes { get; set; }

    /// <summary>Stations of the networks that learn.</summary>
    internal MacTable MacTable { get; }

    /// <summary>Records what becomes of packets; null while nobody asks, which is all that tracing costs then.</summary>
    internal PacketTracer? Tracer
    {
        get => HeldFragments.Tracer;
        set => HeldFragments.Tracer = value;
    }

    /// <summary>How many answers to over-long packets may be made.</summary>
    internal AnswerRate AnswerRate { get; } = new();

    /// <summary>The time at a packet: the step's, or without a clock the latest at which a packet asked about was captured.</summary>
    /// <param name="origin">Where the packet came from.</param>
    internal long TimeOf(in PacketOrigin origin)
    {
        if (_clock is null)
        {
            _now = Math.Max(_now, origin.TimestampNanoseconds);
        }

        return _now;
    }

    /// <summary>Forgets flows that have been silent for long, some at each step.</summary>
    /// <param name="most">Flows to look at.</param>
    internal void AgeFlows(int most)
    {
        if (Flows.Count > 0)
        {
            Flows.Age((ushort)(_now / NanosecondsPerSecond), most);
        }
    }

    /// <summary>True once a frame was sent on the way back of a symmetric chain.</summary>
    internal bool SendsBack { get; private set; }

    /// <summary>Remembers which way a frame is sent, for where the function returns the same slot.</summary>
    /// <param name="slot">The frame's slot.</param>
    /// <param name="isBack">True on the way back.</param>
    internal void SetSentBack(int slot, bool isBack)
    {
        if (isBack | SendsBack)
        {
            SendsBack = true;
            Arena.Origin(slot).SentBack = isBack;
        }
    }

    /// <summary>The second at a burst, modulo 2^16.</summary>
    /// <param name="batch">A burst of one packet or more.</param>
    internal ushort SecondOf(PacketBatch batch) => (ushort)(TimeOf(batch.Arena.Origin(batch.Buffers[0].Slot)) / NanosecondsPerSecond);

    /// <summary>Reads the clock, if there is one, and gives up what has waited too long.</summary>
    internal void BeginStep()
    {
        if (_clock is not null)
        {
            _now = Math.Max(_now, (long)(_clock.GetTimestamp() * (1e9 / _clock.TimestampFrequency)));
            HeldFragments.GiveUp(_now);
        }
    }
}
