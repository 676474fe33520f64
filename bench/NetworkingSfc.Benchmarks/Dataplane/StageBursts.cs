using NetworkingSfc.Dataplane.FlowTable;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;

namespace NetworkingSfc.Benchmarks.Dataplane;

/// <summary>A stage of the pipeline, or several.</summary>
internal delegate void Stage(PacketBatch batch, SteeringSnapshot snapshot, WorkerContext worker);

/// <summary>
/// Bursts of 64 frames from one port as they come to one stage. Each run starts from the same columns, so they are put back before
/// it: what that takes is part of the figure, and is measured alone by <see cref="PutBack"/>.
/// </summary>
internal sealed class StageBursts : IDisposable
{
    /// <summary>Frames in all bursts.</summary>
    public const int Frames = 1_024;

    private const int Bursts = Frames / PacketBatch.Capacity;
    private const int SpareSlots = 64;
    private const int FrameBytes = 2_048;

    private readonly Worker _worker;
    private readonly SteeringSnapshot _snapshot;
    private readonly Burst[] _bursts = new Burst[Bursts];

    /// <summary>Receives the frames and takes them to the stage.</summary>
    /// <param name="definition">The steering state.</param>
    /// <param name="ingressPort">Where the frames come in.</param>
    /// <param name="frames">As many as <see cref="Frames"/>.</param>
    /// <param name="before">The stages before.</param>
    /// <param name="flows">Live flows that the worker has room for.</param>
    public StageBursts(SteeringDefinition definition, int ingressPort, byte[][] frames, Stage before, int flows = WorkerGroupOptions.DefaultFlows)
    {
        _snapshot = SteeringSnapshotBuilder.Build(definition);
        _worker = new Worker(new SnapshotCell(_snapshot), Frames + SpareSlots, FrameBytes, flows: flows);
        for (int port = 0; port < _snapshot.PortCount; port++)
        {
            _worker.Attach(port, new KeepingPort(_worker.Arena), 0);
        }

        // Takes up the snapshot and the queues.
        _worker.RunOnce();
        FramePort source = new(frames);
        for (int number = 0; number < Bursts; number++)
        {
            PacketBatch batch = new(_worker.Arena);
            batch.Begin(ingressPort);
            source.Receive(batch);
            before(batch, _snapshot, _worker.Context);
            _bursts[number] = new Burst(batch);
        }
    }

    /// <summary>Puts all bursts back and takes each through the stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Frames sent by it so far.</returns>
    public long Run(Stage stage)
    {
        foreach (Burst burst in _bursts)
        {
            burst.PutBack();
            stage(burst.Batch, _snapshot, _worker.Context);
        }

        return _worker.Counters.Sent;
    }

    /// <summary>Only puts all bursts back.</summary>
    public long PutBack() => Run(static (_, _, _) => { });

    public void Dispose()
    {
        _worker.Dispose();
        _snapshot.Retire(newer: null);
    }

    private sealed class Burst
    {
        private readonly PacketBuffer[] _buffers;
        private readonly PacketDecision[] _decisions;
        private readonly FlowTuple[] _tuples;
        private readonly PacketHeaders[] _headers = new PacketHeaders[PacketBatch.Capacity];

        public Burst(PacketBatch batch)
        {
            Batch = batch;
            for (int row = 0; row < batch.Count; row++)
            {
                _headers[row] = batch.HeadersOf(row);
            }

            (_buffers, _decisions, _tuples) = (batch.Buffers.ToArray(), batch.Decisions.ToArray(), batch.Tuples.ToArray());
        }

        public PacketBatch Batch { get; }

        // Headers only where the short way was not taken: nothing changes those of the others.
        public void PutBack()
        {
            Batch.Keys.Clear();
            _buffers.CopyTo(Batch.Buffers);
            _decisions.CopyTo(Batch.Decisions);
            _tuples.CopyTo(Batch.Tuples);
            for (int row = 0; row < _tuples.Length; row++)
            {
                if ((_tuples[row].Marks & FlowMarks.IsCommon) == 0)
                {
                    Batch.HeadersOf(row) = _headers[row];
                }
            }
        }
    }

    /// <summary>Takes whatever is sent to it, and leaves to the bursts their slots, which are the first ones; copies have later ones.</summary>
    private sealed class KeepingPort(PacketArena arena) : IPort, IRxQueue, ITxQueue
    {
        public int RxQueueCount => 1;

        public int TxQueueCount => 1;

        public PortStatistics Statistics => default;

        public IRxQueue OpenRxQueue(int queue, PacketArena arena) => this;

        public ITxQueue OpenTxQueue(int queue, PacketArena arena) => this;

        public void Receive(PacketBatch batch)
        {
        }

        public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
        {
            foreach (ref readonly PacketBuffer buffer in buffers)
            {
                if (buffer.Slot >= Frames)
                {
                    arena.Return(buffer.Slot);
                }
            }

            return buffers.Length;
        }

        public void Dispose()
        {
        }
    }
}
