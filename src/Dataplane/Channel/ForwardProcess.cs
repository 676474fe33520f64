using System.Collections.Immutable;
using System.Net.Sockets;
using NetworkingSfc.Dataplane.Attachments;
using NetworkingSfc.Dataplane.Ports.Linux;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tracing;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Dataplane.Workers.WarmUp;

namespace NetworkingSfc.Dataplane.Channel;

/// <summary>
/// The forward role: workers, ports, and the socket at which a control process says what to do. It begins with the last
/// snapshot that it had, needs nobody to go on, and nothing that happens at the socket stops it.
/// </summary>
public sealed class ForwardProcess : IControlled, IAsyncDisposable
{
    // Frames are waiting for one that starts again: they had rather meet code that is not at its best than nobody.
    private static readonly TimeSpan _longestWarmUp = TimeSpan.FromMilliseconds(300);

    private readonly SteeringState _state;
    private readonly SnapshotFile _file;
    private readonly CounterFile _counters;
    private readonly string _counterPath;
    private readonly WorkerGroup _workers;
    private readonly PortSet _ports;
    private readonly ControlListener _control;

    // Who waits for steps reads the counters' memory. Neither holds anything that has to be freed.
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _stepping = new(1);

    private ForwardProcess(ForwardOptions options, Socket listener, Action<string> log)
    {
        _counterPath = Path.GetFullPath(options.SocketPath + ".counters");
        long started = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        _counters = CounterFile.Create(_counterPath, started, options.Workers.Workers, options.Capacity);
        _state = Resume(options, _counters, log);
        _workers = new WorkerGroup(_state.Snapshots, options.Workers with { Counters = [.. _counters.Workers] });
        _ports = new PortSet(_workers, totals: _counters.Ports);
        _workers.Start();
        bool isResumed = _state.Definition.Generation > 0;
        _ports.Follow(_state.Definition);
        _ports.Start(() => EngineWarmUp.Run(isResumed ? _longestWarmUp : null));
        _file = new SnapshotFile(options.StateDirectory, log);
        _control = new ControlListener(listener, this, log);
    }

    /// <summary>Ends when a worker fails, with which and why: the process is to be ended then.</summary>
    public Task<WorkerFailure> Failure => _workers.Failure;

    /// <summary>The state of each attached port.</summary>
    public ImmutableArray<PortState> PortStates => _ports.States;

    /// <summary>Ends when each port of the last snapshot has been tried once, whether it could be opened or not.</summary>
    public Task PortsTried => _ports.Tried;

    /// <inheritdoc/>
    public SteeringDefinition Definition => _state.Definition;

    /// <inheritdoc/>
    public ImmutableArray<ulong> Adopted => [.. _workers.Workers.Select(worker => worker.AdoptedGeneration)];

    /// <inheritdoc/>
    Hello IControlled.Hello
    {
        get
        {
            SteeringDefinition held = Definition;
            return new Hello(_counters.StartedNanoseconds, held.Generation, SnapshotDigest.Of(held), _counterPath) { Legend = held.Legend };
        }
    }

    /// <summary>Starts: from now on it forwards what it knows.</summary>
    /// <param name="options">How.</param>
    /// <param name="log">Takes sentences for people, from any thread.</param>
    /// <exception cref="ArgumentException">The options of the workers contradict each other.</exception>
    /// <exception cref="SocketPathException">Another forwarder listens at the socket, or its path cannot be used.</exception>
    /// <exception cref="IOException">The counters have no place.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may they have.</exception>
    public static ForwardProcess Start(ForwardOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);

        // First, because whoever has the socket has the files too.
        Socket listener = UnixSocket.Listen(new UnixDomainSocketEndPoint(options.SocketPath), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            return new ForwardProcess(options, listener, log);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends when every worker has done a step since the call: none of them hangs.</summary>
    /// <exception cref="OperationCanceledException">The process is being closed.</exception>
    public async Task StepAsync()
    {
        await _stepping.WaitAsync(_ending.Token);
        try
        {
            await _workers.StepAsync(_ending.Token);
        }
        finally
        {
            _stepping.Release();
        }
    }

    /// <inheritdoc/>
    void IControlled.Take(SteeringDefinition next)
    {
        _state.Retire(Adopted);
        _state.Publish(next);
        _ports.Follow(next);
        _file.Save(next);
    }

    /// <inheritdoc/>
    PacketTrace IControlled.StartTrace(TraceRequest request) => _workers.StartTrace(request);

    /// <summary>Closes the ports, stops the workers, and writes the last snapshot if it is not written yet.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync();
        await _stepping.WaitAsync();
        _stepping.Release();
        await _control.DisposeAsync();
        _ports.Dispose();
        _workers.Dispose();
        _file.Dispose();
        _counters.Dispose();
    }

    private static SteeringState Resume(ForwardOptions options, CounterFile counters, Action<string> log)
    {
        if (SnapshotFile.Load(options.StateDirectory, log) is { } last)
        {
            try
            {
                return new SteeringState(last, counters);
            }
            catch (SteeringDefinitionException refused)
            {
                SnapshotFile.SetAside(options.StateDirectory, refused.Message, log);
            }
        }

        return new SteeringState(new SteeringDefinition { Generation = 0 }, counters);
    }
}
