using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.Drivers.Forwarder;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Live;

/// <summary>
/// A forwarder whose state is put as a client puts it and whose ports have the test on the other side: control loop,
/// forwarder driver and one worker, which steps when told to, or on a thread of its own once started.
/// </summary>
internal sealed class LiveForwarder : IDisposable
{
    private const int Slots = 256;

    private readonly ForwarderDriver _driver = new();
    private readonly ControlLoop _loop;
    private readonly Worker _worker;
    private readonly Dictionary<string, MemoryPort> _ports = [];
    private readonly Dictionary<string, string> _portSettings;
    private readonly byte[] _buffer;
    private WorkerThread? _thread;
    private long[] _droppedBefore = new long[DropReasonCatalog.All.Length + 1];
    private long _revision;

    /// <summary>Makes one without ports.</summary>
    /// <param name="frameBytes">Largest frame.</param>
    /// <param name="frames">Frames that wait at a port each way at most.</param>
    public LiveForwarder(int frameBytes = 4096, int frames = 128)
    {
        _portSettings = new Dictionary<string, string> { ["frame_bytes"] = $"{frameBytes}", ["frames"] = $"{frames}" };
        _buffer = new byte[frameBytes];
        DriverSet drivers = new(_driver);
        _loop = new ControlLoop(drivers.Compile, new MemoryStateStore(ResourceSet.Empty), drivers.Publish, NullLogger.Instance);
        _worker = new Worker(_driver.Snapshots, Slots, frameBytes);
        _driver.Watch(_worker);
    }

    /// <summary>What the worker has counted.</summary>
    public WorkerCounters Counters => _worker.Counters;

    /// <summary>Slots of the worker that are not free. Exact while the worker does not step.</summary>
    public int Held => _worker.Arena.HeldCount;

    /// <summary>Most packets that the worker can hold.</summary>
    public int MostHeld => _worker.Arena.SlotCount;

    /// <summary>True when the worker uses the last state that was put.</summary>
    public bool HasAdopted => _worker.AdoptedGeneration == _driver.Published;

    /// <summary>The peer's side of a port.</summary>
    public MemoryPort PortOf(string name) => _ports[name];

    /// <summary>From now on the worker steps on its own thread; ports can be added no more, and routes not played.</summary>
    public void Start() => _thread = new WorkerThread(_worker, "live");

    /// <summary>Puts a state, which must be accepted.</summary>
    public void Put(Lab lab)
    {
        if (TryPut(lab) is { } problem)
        {
            throw new PacketMismatchException($"The state is refused: {problem.Status} {problem.Type}: {problem.Message}\n{lab.Json}");
        }
    }

    /// <summary>Puts a state as <c>PUT /v2.0/sfc/state</c> does, and lets the worker take it up.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public ApiProblem? TryPut(Lab lab)
    {
        JsonObject document = JsonNode.Parse(lab.Json)!.AsObject();
        document["revision"] = ++_revision;
        ApiProblem? problem = StateImport.Read(Encoding.UTF8.GetBytes(document.ToJsonString()), out Change? change);
        problem ??= _loop.ApplyAsync(change!, CancellationToken.None).GetAwaiter().GetResult().Problem;
        if (_thread is null)
        {
            AttachNewPorts();
            _worker.RunOnce();
        }

        return problem;
    }

    /// <summary>Plays a route: crossings inwards are sent, those outwards must be all that comes out.</summary>
    public void Play(string description, IReadOnlyList<Crossing> crossings)
    {
        for (int i = 0; i < crossings.Count; i++)
        {
            Crossing crossing = crossings[i];
            if (crossing.IsInbound)
            {
                NothingMore($"{description}, before crossing {i + 1}");
                _ports[crossing.Port].Inject(0, crossing.Frame, crossing.Frame.Length);
                while (_worker.RunOnce() > 0)
                {
                }
            }
            else if (!_ports[crossing.Port].TryTake(0, _buffer, out int length))
            {
                throw new PacketMismatchException($"{description}, crossing {i + 1}: nothing came out of {crossing.Port}, but {Waiting()}; dropped {TakeDrops()}");
            }
            else
            {
                PacketAssert.Equal(crossing.Frame, _buffer.AsSpan(0, length), $"{description}, crossing {i + 1} (to {crossing.Port})");
            }
        }

        NothingMore($"{description}, at its end");
        CheckSumLaw();
    }

    /// <summary>What was dropped since the last time, as <see cref="ReplayCounts.Dropped"/> writes it.</summary>
    public string TakeDrops()
    {
        long[] dropped = [.. _worker.Counters.Dropped];
        string text = string.Join(' ', DropReasonCatalog.All
            .Where(reason => dropped[(int)reason.Reason] > _droppedBefore[(int)reason.Reason])
            .Select(reason => $"{reason.Name}={dropped[(int)reason.Reason] - _droppedBefore[(int)reason.Reason]}").Order(StringComparer.Ordinal));
        _droppedBefore = dropped;
        return text;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _thread?.Dispose();
        _worker.Dispose();
        foreach (MemoryPort port in _ports.Values)
        {
            port.Dispose();
        }
    }

    private void AttachNewPorts()
    {
        foreach (Control.Ports.Port port in _loop.Current.Ports.Where(port => !_ports.ContainsKey(port.Name)))
        {
            _ports.Add(port.Name, (MemoryPort)PortDriverCatalog.Open("memory", _portSettings));
            _worker.Attach(_driver.Current.Numbers.Ports[port.Id], _ports[port.Name], queue: 0);
        }
    }

    private string Waiting() => string.Join(", ", _ports.Where(port => port.Value.TryTake(0, _buffer, out _)).Select(port => $"something out of {port.Key}").DefaultIfEmpty("nothing at all"));

    private void NothingMore(string description)
    {
        foreach ((string name, MemoryPort port) in _ports)
        {
            if (port.TryTake(0, _buffer, out int length))
            {
                throw new PacketMismatchException($"{description}: {length} bytes more than expected came out of {name}.");
            }
        }
    }

    private void CheckSumLaw()
    {
        WorkerCounters counters = _worker.Counters;
        long dropped = 0;
        foreach (long count in counters.Dropped)
        {
            dropped += count;
        }

        if (counters.Received + counters.Generated != counters.Sent + dropped + _worker.Arena.HeldCount)
        {
            throw new PacketMismatchException(
                $"The counters break the sum law: {counters.Received} received, {counters.Generated} generated, {counters.Sent} sent, {dropped} dropped, {_worker.Arena.HeldCount} held.");
        }
    }
}
