using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Tracing;

namespace NetworkingSfc.Dataplane.Workers;

/// <summary>
/// The workers of a process, and the queues of ports spread over them while they run. A queue stays with one worker, so frames
/// of a flow keep their order; each worker can send to each port, through a <see cref="HandoffRing"/> where the port has too few
/// transmit queues.
/// </summary>
/// <remarks>
/// A step that throws is a bug of ours, and what the worker knows is doubtful from then on: it stops, <see cref="Failure"/>
/// says why, and whoever runs the group ends the process, which is restarted from outside. The other workers go on until then.
/// Ports are attached and detached by one thread at a time; they stay their owner's.
/// </remarks>
public sealed class WorkerGroup : IDisposable
{
    // A worker answers between two bursts. One that does not for so long hangs.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    // What has been handed over for a port that takes nothing more does not keep it.
    private static readonly TimeSpan _handoffPatience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan _stepPeriod = TimeSpan.FromMilliseconds(20);

    private readonly WorkerGroupOptions _options;
    private readonly MacTable _macTable = new();
    private readonly int[] _load;
    private readonly WorkerThread?[] _threads;
    private readonly Lock _gate = new();
    private PacketTrace? _trace;
    private readonly TaskCompletionSource<WorkerFailure> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes the workers; none runs before <see cref="Start"/>.</summary>
    /// <param name="snapshots">Where the steering state is published.</param>
    /// <param name="options">How they run.</param>
    /// <exception cref="ArgumentException">The options contradict each other; the sentence says how.</exception>
    public WorkerGroup(SnapshotCell snapshots, WorkerGroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Workers is < 1 or > WorkerGroupOptions.MaxWorkers)
        {
            throw new ArgumentException($"{options.Workers} workers are not possible; accepted are 1 to {WorkerGroupOptions.MaxWorkers}.");
        }

        if (!options.Cpus.IsEmpty && options.Cpus.Length != options.Workers)
        {
            throw new ArgumentException($"There are {options.Cpus.Length} CPUs for {options.Workers} workers; accepted is one CPU for each worker.");
        }

        _options = options;
        _load = new int[options.Workers];
        _threads = new WorkerThread?[options.Workers];
        Workers = [.. Enumerable.Range(0, options.Workers).Select(worker => new Worker(
            snapshots, options.SlotsPerWorker, options.FrameBytes, options.Clock, _macTable, options.Counters.IsEmpty ? null : options.Counters[worker], options.FlowsPerWorker))];
    }

    /// <summary>The workers in order.</summary>
    public ImmutableArray<Worker> Workers { get; }

    /// <summary>Ends when a worker fails, with the first one that did.</summary>
    public Task<WorkerFailure> Failure => _failure.Task;

    /// <summary>Starts a thread for each worker.</summary>
    public void Start()
    {
        for (int worker = 0; worker < _threads.Length; worker++)
        {
            int number = worker;
            _threads[worker] = new WorkerThread(
                Workers[worker],
                $"worker {worker}",
                _options.Idle,
                _options.Cpus.IsEmpty ? null : _options.Cpus[worker],
                exception => _failure.TrySetResult(new WorkerFailure(number, exception)));
        }
    }

    /// <summary>Ends when every worker has done a step since the call: none of them hangs.</summary>
    /// <param name="cancellation">Gives up the wait; nothing of a worker is read after that.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task StepAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long[] before = [.. Workers.Select(Progress)];
        while (Workers.Zip(before).Any(worker => Progress(worker.First) == worker.Second))
        {
            await Task.Delay(_stepPeriod, cancellation);
        }

        // A step either moves nothing or takes time that is counted; what it moves may be for others only.
        static long Progress(Worker worker) => worker.Statistics.EmptySteps + worker.Statistics.BusyTicks;
    }

    /// <summary>Gives the queues of a device to workers in turn, beginning with the one that has the fewest.</summary>
    /// <param name="port">The device, or a share of it: all shares of one device have one placement.</param>
    public QueuePlacement Place(IPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (_gate)
        {
            int first = Array.IndexOf(_load, _load.Min());
            QueuePlacement placement = new([.. Enumerable.Range(0, Math.Max(port.RxQueueCount, port.TxQueueCount)).Select(queue => (first + queue) % _load.Length)]);
            Count(placement, 1);
            return placement;
        }
    }

    /// <summary>The device of a placement has been closed.</summary>
    /// <param name="placement">Its placement.</param>
    public void Release(QueuePlacement placement)
    {
        ArgumentNullException.ThrowIfNull(placement);
        lock (_gate)
        {
            Count(placement, -1);
        }
    }

    /// <summary>Opens the queues of a port and lets the workers have them.</summary>
    /// <param name="number">The port's number in the snapshot. While the snapshot has no such port, nothing is received from it.</param>
    /// <param name="port">The port, of which no queue has been opened.</param>
    /// <param name="placement">Where its queues go.</param>
    public AttachedPort Attach(int number, IPort port, QueuePlacement placement)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(placement);
        lock (_gate)
        {
            AttachedPort attached = new(number, port, placement);
            WorkerQueues[] next = [.. Workers.Select(worker => worker.Offered)];
            ITxQueue?[] queues = OpenQueues(attached, next);
            int[] owners = [.. Enumerable.Range(0, queues.Length).Where(worker => queues[worker] is not null)];
            for (int worker = 0; worker < next.Length; worker++)
            {
                if (queues[worker] is null)
                {
                    int owner = owners[worker % owners.Length];
                    HandoffRing ring = new(Workers[worker].Arena, Workers[owner].Arena, queues[owner]!);
                    attached.Rings.Add(ring);
                    next[owner] = next[owner].WithHandoff(number, ring);
                    next[worker] = next[worker].WithTransmit(number, ring, attached);
                }
            }

            for (int worker = 0; worker < next.Length; worker++)
            {
                Workers[worker].Offer(next[worker]);
            }

            return attached;
        }
    }

    /// <summary>
    /// Takes the queues of a port from the workers, and waits until each has let go. What one worker has handed to another
    /// for the port goes out before, if the port takes it within 100 ms.
    /// </summary>
    /// <param name="port">The port.</param>
    /// <returns>False when a worker has not answered within 10 s: then the port must not be disposed.</returns>
    public bool TryDetach(AttachedPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (_gate)
        {
            if (!TryChange(queues => queues.WithoutQueues(port.Number)))
            {
                return false;
            }

            if (port.Rings.Count == 0)
            {
                return true;
            }

            SpinWait.SpinUntil(() => port.Rings.TrueForAll(ring => ring.IsEmpty), _threads[0] is null ? TimeSpan.Zero : _handoffPatience);
            return TryChange(queues => queues.WithoutHandoffs(port.Number));
        }
    }

    /// <summary>Begins to trace packets. Any thread.</summary>
    /// <param name="request">What is traced.</param>
    /// <exception cref="TraceRefusedException">Another trace runs.</exception>
    public PacketTrace StartTrace(TraceRequest request)
    {
        lock (_gate)
        {
            if (_trace is { IsStopped: false })
            {
                throw TraceRefusedException.AnotherRuns;
            }

            return _trace = new PacketTrace(Workers, request);
        }
    }

    /// <summary>Stops the workers and frees what they have. Ports may be disposed afterwards.</summary>
    public void Dispose()
    {
        for (int worker = 0; worker < _threads.Length; worker++)
        {
            if (_threads[worker] is { } thread)
            {
                thread.Dispose();
            }
            else
            {
                Workers[worker].Dispose();
            }
        }

        _macTable.Dispose();
    }

    // Opens a transmit queue for each worker that has one of the port's, the lowest, and all receive queues.
    private ITxQueue?[] OpenQueues(AttachedPort attached, WorkerQueues[] next)
    {
        ITxQueue?[] transmit = new ITxQueue?[next.Length];
        for (int queue = 0; queue < attached.Placement.Workers.Length; queue++)
        {
            int worker = attached.Placement.Workers[queue];
            if (queue < attached.Port.RxQueueCount)
            {
                next[worker] = next[worker].WithReceive(attached.Number, attached.Port.OpenRxQueue(queue, Workers[worker].Arena));
            }

            if (queue < attached.Port.TxQueueCount && transmit[worker] is null)
            {
                transmit[worker] = attached.Port.OpenTxQueue(queue, Workers[worker].Arena);
                next[worker] = next[worker].WithTransmit(attached.Number, transmit[worker]!, attached);
            }
        }

        return transmit;
    }

    private bool TryChange(Func<WorkerQueues, WorkerQueues> change)
    {
        foreach (Worker worker in Workers)
        {
            worker.Offer(change(worker.Offered));
        }

        bool haveAnswered = true;
        for (int worker = 0; worker < Workers.Length; worker++)
        {
            haveAnswered &= HasTaken(worker);
        }

        return haveAnswered;
    }

    // A worker without a thread is nobody else's either.
    private bool HasTaken(int number)
    {
        Worker worker = Workers[number];
        SpinWait.SpinUntil(() => worker.HasTakenOffer || _threads[number] is not { IsRunning: true }, _patience);
        if (_threads[number] is not { IsRunning: true })
        {
            worker.TakeOffer();
        }

        return worker.HasTakenOffer;
    }

    private void Count(QueuePlacement placement, int change)
    {
        foreach (int worker in placement.Workers)
        {
            _load[worker] += change;
        }
    }
}
