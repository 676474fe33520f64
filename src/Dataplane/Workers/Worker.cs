using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>
/// Polls its receive queues and takes each burst through the pipeline. <see cref="RunOnce"/> is the whole engine step;
/// whoever calls it (a thread, a test, a replay) is the worker's one thread.
/// </summary>
public sealed class Worker : IDisposable
{
    private const int FlowsAgedIdle = 64;
    private const int FlowsAgedBusy = 8;

    private readonly SnapshotCell _snapshots;
    private readonly PacketBatch _batch;
    private readonly WorkerContext _context;
    private readonly MacTable? _ownTable;
    private SteeringSnapshot? _snapshot;
    private WorkerQueues _offered = WorkerQueues.None;
    private WorkerQueues _queues = WorkerQueues.None;
    private ulong _adoptedGeneration;
    private PacketTracer? _offeredTracer;
    private PacketTracer? _tracer;

    /// <summary>Makes a worker with an arena of its own.</summary>
    /// <param name="snapshots">Where the steering state is published.</param>
    /// <param name="slotCount">Packets it can hold at once, at least <see cref="PacketBatch.Capacity"/>.</param>
    /// <param name="frameBytes">Largest frame it can receive.</param>
    /// <param name="clock">What limits in time go by; null for the times at which the packets were captured.</param>
    /// <param name="flows">Live flows there is room for, 16 to 16,777,216.</param>
    public Worker(SnapshotCell snapshots, int slotCount, int frameBytes, TimeProvider? clock = null, int flows = WorkerGroupOptions.DefaultFlows)
        : this(snapshots, slotCount, frameBytes, clock, macTable: null, flows: flows)
    {
    }

    /// <summary>Makes a worker that shares its stations with others of the same snapshots.</summary>
    /// <param name="snapshots">Where the steering state is published.</param>
    /// <param name="slotCount">Packets it can hold at once, at least <see cref="PacketBatch.Capacity"/>.</param>
    /// <param name="frameBytes">Largest frame it can receive.</param>
    /// <param name="clock">What limits in time go by; null for the times at which the packets were captured.</param>
    /// <param name="macTable">The stations of the networks that learn; null for a table of its own. Not freed by the worker otherwise.</param>
    /// <param name="counters">Where it counts; null for memory of its own.</param>
    /// <param name="flows">Live flows there is room for.</param>
    internal Worker(
        SnapshotCell snapshots, int slotCount, int frameBytes, TimeProvider? clock, MacTable? macTable, WorkerCounters? counters = null, int flows = WorkerGroupOptions.DefaultFlows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slotCount, PacketBatch.Capacity);
        _snapshots = snapshots;
        Arena = new PacketArena(slotCount, frameBytes);
        _batch = new PacketBatch(Arena);
        _ownTable = macTable is null ? new MacTable() : null;
        _context = new WorkerContext(Arena, clock, macTable ?? _ownTable!, counters ?? new WorkerCounters(), new LiveFlowTable(flows, Random.Shared));
    }

    /// <summary>The worker's packet memory.</summary>
    public PacketArena Arena { get; }

    /// <summary>The worker's counters.</summary>
    public WorkerCounters Counters => _context.Counters;

    /// <summary>How the worker spends its time.</summary>
    public WorkerStatistics Statistics => Counters.Statistics;

    /// <summary>Generation of the snapshot that the last finished step used; 0 before the first.</summary>
    public ulong AdoptedGeneration => Volatile.Read(ref _adoptedGeneration);

    /// <summary>What the stages get, for who runs a single one. The worker's thread only.</summary>
    internal WorkerContext Context => _context;

    /// <summary>The queues that the worker has, or takes up before its next step.</summary>
    internal WorkerQueues Offered => Volatile.Read(ref _offered);

    /// <summary>True when the worker touches no queue any more that it was not offered last.</summary>
    internal bool HasTakenOffer => ReferenceEquals(Volatile.Read(ref _queues), Offered);

    /// <summary>Gives the worker one receive and one transmit queue of a port. It has them from its next step on, and for ever.</summary>
    /// <param name="number">The port's number in the snapshot.</param>
    /// <param name="port">The port.</param>
    /// <param name="queue">Number of the queues to open.</param>
    public void Attach(int number, IPort port, int queue)
    {
        Offer(Offered.WithReceive(number, port.OpenRxQueue(queue, Arena)).WithTransmit(number, port.OpenTxQueue(queue, Arena), attached: null));
    }

    /// <summary>Offers other queues, which the worker takes up before its next step. One thread at a time.</summary>
    internal void Offer(WorkerQueues queues) => Volatile.Write(ref _offered, queues);

    /// <summary>Has packets traced from the next step on, or no longer. One thread at a time.</summary>
    /// <param name="tracer">The worker's part of the trace, or null.</param>
    internal void Trace(PacketTracer? tracer) => Volatile.Write(ref _offeredTracer, tracer);

    /// <summary>Has the hash of each frame's flow computed although the frame needs none, for who counts flows. Before the first step.</summary>
    public void ComputeHashes() => _context.WantsHashes = true;

    /// <summary>True when the worker writes nothing more to a tracer that was taken from it. Any thread.</summary>
    /// <param name="tracer">The tracer.</param>
    internal bool HasLetGo(PacketTracer tracer) => Volatile.Read(ref _tracer) != tracer;

    /// <summary>Takes up what has been offered. The worker's thread only.</summary>
    internal void TakeOffer()
    {
        WorkerQueues before = _queues;
        WorkerQueues next = Offered;
        if (ReferenceEquals(before, next))
        {
            return;
        }

        foreach ((int Port, IRxQueue Queue) gone in before.Receive.Except(next.Receive))
        {
            gone.Queue.Close();
        }

        foreach ((int Port, HandoffRing Ring) gone in before.Handoffs.Except(next.Handoffs))
        {
            Statistics.HandoffsGivenUp += gone.Ring.GiveUp();
        }

        _context.TransmitQueues = next.Transmit;

        // From here on the queues that are gone may be disposed.
        Volatile.Write(ref _queues, next);
    }

    /// <summary>Sends on what other workers have handed over, then takes one burst from each receive queue through the pipeline.</summary>
    /// <returns>Packets received or sent on.</returns>
    public int RunOnce()
    {
        TakeOffer();
        SteeringSnapshot snapshot = Adopt();
        TakeTracer();
        _context.BeginStep();
        int moved = 0;
        foreach ((_, HandoffRing ring) in _queues.Handoffs)
        {
            moved += ring.SendOn();
        }

        foreach ((int port, IRxQueue queue) in _queues.Receive)
        {
            if (port >= snapshot.PortCount)
            {
                continue;
            }

            _batch.Begin(port);
            queue.Receive(_batch);
            if (_batch.Count > 0)
            {
                CountReceived();
                moved += _batch.Count;
                Pipeline.Run(_batch, snapshot, _context);
                while (_context.HeldFragments.TryTakeReleased(_batch))
                {
                    Pipeline.RunReleased(_batch, snapshot, _context);
                }
            }
        }

        // An idle worker has the time, a busy one looks at some for every burst.
        _context.AgeFlows(moved == 0 ? FlowsAgedIdle : FlowsAgedBusy);
        Volatile.Write(ref _adoptedGeneration, snapshot.Generation);
        return moved;
    }

    /// <summary>Drops the fragments that wait for their first one: no more will be received.</summary>
    public void GiveUpHeld() => _context.HeldFragments.GiveUpAll();

    /// <summary>Frees the packet memory. Not before the last <see cref="RunOnce"/>.</summary>
    public void Dispose()
    {
        Arena.Dispose();
        _context.Flows.Dispose();
        _ownTable?.Dispose();
    }

    private void TakeTracer()
    {
        PacketTracer? next = Volatile.Read(ref _offeredTracer);
        if (!ReferenceEquals(next, _tracer))
        {
            _context.Tracer = next;
            Volatile.Write(ref _tracer, next);
        }
    }

    private SteeringSnapshot Adopt()
    {
        SteeringSnapshot snapshot = _snapshots.Current;
        if (!ReferenceEquals(snapshot, _snapshot))
        {
            // The only place where a worker may allocate: counters grow with what the snapshot names.
            _snapshot = snapshot;
            _context.Epoch++;
            _context.Outputs.Reserve(snapshot.PortCount);
            _context.HeldFragments.GiveUpStale(snapshot.PortCount);
            _context.Counters.Reserve(snapshot.PortCount, snapshot.CounterRows.Paths, snapshot.CounterRows.Members);
        }

        return snapshot;
    }

    private void CountReceived()
    {
        Statistics.CountBurst(_batch.Count);
        long bytes = 0;
        foreach (ref readonly PacketBuffer buffer in _batch.Buffers)
        {
            bytes += buffer.WireLength;
        }

        _context.Counters.CountReceived(_batch.IngressPort, _batch.Count, bytes);
    }
}
