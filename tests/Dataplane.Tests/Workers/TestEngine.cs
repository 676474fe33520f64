using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Workers;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>
/// One real worker with a <see cref="TestPort"/> on every port of a definition. Whoever makes it step has the sum law
/// checked: no frame is lost or counted twice.
/// </summary>
internal sealed class TestEngine : IDisposable
{
    private readonly List<TestPort> _ports = [];
    private readonly List<SentFrame> _sent = [];
    private readonly List<SteeringSnapshot> _snapshots = [];
    private readonly RuleTableWriters _rules = new();
    private readonly SnapshotCell _cell;
    private long _injected;
    private long _seen;

    public TestEngine(SteeringDefinition definition, int slotCount = 256, int frameBytes = 4096, int[]? unattached = null, TimeProvider? clock = null, WorkerCounters? counters = null)
    {
        _snapshots.Add(SteeringSnapshotBuilder.Build(definition, previous: null, _rules));
        _cell = new SnapshotCell(_snapshots[0]);
        Worker = new Worker(_cell, slotCount, frameBytes, clock, macTable: null, counters);
        for (int number = 0; number < definition.Ports.Length; number++)
        {
            _ports.Add(new TestPort(number, Keep));
            if (unattached is null || !unattached.Contains(number))
            {
                Worker.Attach(number, _ports[number], queue: 0);
            }
        }
    }

    public Worker Worker { get; }

    public SteeringSnapshot Snapshot => _snapshots[^1];

    public WorkerCounters Counters => Worker.Counters;

    public TestPort Port(int number) => _ports[number];

    public long Dropped(DropReason reason) => Counters.Dropped[(int)reason];

    /// <summary>Makes a frame ready at a port.</summary>
    public void Inject(int port, byte[] frame, int? wireLength = null)
    {
        _injected++;
        _ports[port].Inject(frame, wireLength);
    }

    /// <summary>Steps until no port has a frame left, and gives what was transmitted meanwhile.</summary>
    public IReadOnlyList<SentFrame> Run()
    {
        _sent.Clear();
        while (Worker.RunOnce() > 0)
        {
            CheckSumLaw();
        }

        return [.. _sent];
    }

    /// <summary>Takes one frame through the engine, which must transmit exactly one.</summary>
    public SentFrame Forward(int port, byte[] frame)
    {
        Inject(port, frame);
        IReadOnlyList<SentFrame> sent = Run();
        Assert.True(sent.Count == 1, $"{sent.Count} frames were sent; dropped: {DescribeDrops()}");
        return sent[0];
    }

    /// <summary>Takes one frame through the engine, which must drop it for this reason.</summary>
    public void AssertDropped(int port, byte[] frame, DropReason reason, int? wireLength = null)
    {
        long before = Dropped(reason);
        Inject(port, frame, wireLength);
        IReadOnlyList<SentFrame> sent = Run();
        Assert.True(
            sent.Count == 0 && Dropped(reason) == before + 1,
            $"expected a drop as {reason}; {sent.Count} sent{(sent.Count > 0 ? $" (to port {sent[0].Port})" : "")}; dropped: {DescribeDrops()}");
    }

    /// <summary>Publishes the next definition; tables that did not change are shared.</summary>
    public SteeringSnapshot Publish(SteeringDefinition definition)
    {
        SteeringSnapshot next = SteeringSnapshotBuilder.Build(definition, Snapshot, _rules);
        _cell.Publish(next);
        _snapshots.Add(next);
        return next;
    }

    public void CheckSumLaw()
    {
        long dropped = 0;
        foreach (long count in Counters.Dropped)
        {
            dropped += count;
        }

        int heldByPorts = _ports.Sum(port => port.HeldCount);
        int held = Worker.Arena.HeldCount - heldByPorts;
        Assert.Equal(Counters.Received + Counters.Generated, Counters.Sent + dropped + held);
        Assert.Equal(_injected - _ports.Sum(port => port.WaitingCount), Counters.Received);
        Assert.Equal(_seen, Counters.Sent);
        Assert.Equal(0, Counters.Dropped[(int)DropReason.None]);
        Assert.Equal(Counters.Received, Total(Counters.ReceivedByPort));
        Assert.Equal(Counters.Sent, Total(Counters.SentByPort));
    }

    public void Dispose()
    {
        Worker.Dispose();
        Snapshot.Retire(newer: null);
    }

    private static long Total(ReadOnlySpan<PacketCount> counts)
    {
        long packets = 0;
        foreach (ref readonly PacketCount count in counts)
        {
            packets += count.Packets;
        }

        return packets;
    }

    private void Keep(SentFrame frame)
    {
        _seen++;
        _sent.Add(frame);
    }

    private string DescribeDrops() =>
        string.Join(", ", DropReasonCatalog.All.Where(r => Dropped(r.Reason) > 0).Select(r => $"{r.Name} {Dropped(r.Reason)}"));
}
