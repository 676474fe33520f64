using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>One real worker with a <see cref="LoadPort"/> on every port, and many frames in at one of them: for runs in which not a byte may be allocated.</summary>
internal sealed class LoadEngine : IDisposable
{
    /// <summary>Frames received in all: those that warm up, and those that are watched.</summary>
    public const int Frames = WarmUp + Watched;

    private const int WarmUp = 200;
    private const int Watched = 20_000;
    private const int FrameBytes = 2048;

    private readonly LoadPort[] _ports;
    private readonly Worker _worker;
    private readonly int _ingress;

    /// <param name="definition">What the worker steers by.</param>
    /// <param name="ingress">Number of the port that all frames come in at.</param>
    /// <param name="fill">Writes them.</param>
    /// <param name="clock">The worker's clock; null for times of capture, which are all the same.</param>
    /// <param name="slots">Slots of the worker.</param>
    public LoadEngine(SteeringDefinition definition, int ingress, FrameFiller fill, TimeProvider? clock = null, int slots = 256)
    {
        _worker = new Worker(new SnapshotCell(SteeringSnapshotBuilder.Build(definition)), slots, FrameBytes, clock);
        _ingress = ingress;
        _ports = [.. definition.Ports.Select(_ => new LoadPort(fill))];
        for (int port = 0; port < _ports.Length; port++)
        {
            _worker.Attach(port, _ports[port], queue: 0);
        }
    }

    public Worker Worker => _worker;

    public WorkerCounters Counters => _worker.Counters;

    public PacketArena Arena => _worker.Arena;

    public LoadPort Port(int number) => _ports[number];

    public long Dropped(DropReason reason) => Counters.Dropped[(int)reason];

    /// <summary>These frames in turn.</summary>
    public static FrameFiller InTurn(params byte[][] frames)
    {
        int next = 0;
        return room =>
        {
            byte[] frame = frames[next];
            next = (next + 1) % frames.Length;
            frame.CopyTo(room);
            return frame.Length;
        };
    }

    /// <summary>Receives all frames, and fails when a byte is allocated once the first ones have passed.</summary>
    public void AssertNoAllocation(string what)
    {
        Receive(WarmUp);
        AllocationAssert.None(what, () => Receive(Watched));
    }

    public void Dispose() => _worker.Dispose();

    private void Receive(int frames)
    {
        _ports[_ingress].Budget = frames;
        while (_worker.RunOnce() > 0)
        {
        }
    }
}
