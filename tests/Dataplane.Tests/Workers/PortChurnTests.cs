using System.Collections.Concurrent;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>Ports that come and go at random while three workers forward to one that has a single queue.</summary>
public sealed class PortChurnTests : IDisposable
{
    private const int Target = 0;
    private const int Source = 1;
    private const int FirstComing = 2;
    private const int Ports = 6;
    private const int Queues = 4;

    // Frames under way at most, of the source and of ports that have gone: so few that no ring on the way is ever full, whoever has to wait for a CPU.
    private const int Window = 100;
    private const int GoneWindow = 50;
    private const int FramesOfOne = 10;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SteeringSnapshot _snapshot = SteeringSnapshotBuilder.Build(NumberedFrames.Network(Ports));
    private readonly WorkerGroup _group;
    private readonly MemoryPort _target = Memory(1, 1024);
    private readonly MemoryPort _source = Memory(Queues, 1024);
    private readonly AttachedPort?[] _coming = new AttachedPort?[Ports];
    private readonly ConcurrentDictionary<int, List<int>> _arrived = [];
    private readonly int[] _sent = new int[Queues];
    private readonly CancellationTokenSource _sendingEnds = new();
    private readonly CancellationTokenSource _takingEnds = new();
    private readonly int[] _flows = new int[Ports];
    private int _takenOfSource;
    private int _takenOfComing;

    public PortChurnTests() => _group = new WorkerGroup(new SnapshotCell(_snapshot), new WorkerGroupOptions { Workers = 3, SlotsPerWorker = 512 });

    public void Dispose()
    {
        _takingEnds.Cancel();
        _group.Dispose();
        _target.Dispose();
        _source.Dispose();
        _sendingEnds.Dispose();
        _takingEnds.Dispose();
        _snapshot.Retire(newer: null);
    }

    [Fact]
    public void No_frame_that_was_received_is_lost_or_overtaken()
    {
        Attach(Target, _target);
        Attach(Source, _source);
        _group.Start();
        Thread taker = Repeat(Take, _takingEnds.Token);
        Thread sender = Repeat(Send, _sendingEnds.Token);

        Random random = new(5);
        int steps = LongRun.Scale(1_000);
        Dictionary<int, long> received = [];
        for (int step = 0; step < steps; step++)
        {
            Assert.True(SpinWait.SpinUntil(() => received.Values.Sum() - Volatile.Read(ref _takenOfComing) < GoneWindow, _patience));
            int number = random.Next(FirstComing, Ports);
            if (_coming[number] is null)
            {
                Come(number, flow: 100 + step);
            }
            else
            {
                received[_flows[number]] = Go(number);
            }
        }

        _sendingEnds.Cancel();
        sender.Join();
        foreach (int number in Enumerable.Range(FirstComing, Ports - FirstComing).Where(number => _coming[number] is not null))
        {
            received[_flows[number]] = Go(number);
        }

        long expected = _sent.Sum() + received.Values.Sum();
        bool isAll = SpinWait.SpinUntil(() => Taken() >= expected, _patience);
        _takingEnds.Cancel();
        taker.Join();
        Assert.True(isAll, $"{Taken()} of {expected} arrived");
        Assert.All(Enumerable.Range(0, Queues), flow => Assert.Equal(Enumerable.Range(0, _sent[flow]), _arrived[flow]));
        Assert.All(received, flow => Assert.Equal(Enumerable.Range(0, (int)flow.Value), _arrived.GetValueOrDefault(flow.Key) ?? []));

        // Something happened, and everything is accounted for.
        Assert.InRange(received.Count, steps / 3, steps);
        Assert.InRange(_sent.Sum(), Window, int.MaxValue);
        Assert.InRange(received.Values.Sum(), steps / 10, FramesOfOne * received.Count);
        Assert.Equal(
            _group.Workers.Sum(worker => worker.Counters.Received),
            _group.Workers.Sum(worker => worker.Counters.Sent + worker.Counters.Dropped.ToArray().Sum()));
        Assert.All(_group.Workers, worker => Assert.Equal(0, worker.Arena.HeldCount));
    }

    private static MemoryPort Memory(int queues, int frames) =>
        (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string> { ["queues"] = $"{queues}", ["frames"] = $"{frames}", ["frame_bytes"] = "256" });

    private static Thread Repeat(Action action, CancellationToken end)
    {
        Thread thread = new(() =>
        {
            while (!end.IsCancellationRequested)
            {
                action();
                Thread.Yield();
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private AttachedPort Attach(int number, IPort port) => _group.Attach(number, port, _group.Place(port));

    private void Come(int number, int flow)
    {
        MemoryPort port = Memory(1, 16);
        _flows[number] = flow;
        _coming[number] = Attach(number, port);
        for (int place = 0; place < FramesOfOne; place++)
        {
            NumberedFrames.Send(port, 0, NumberedFrames.Frame(Target, flow, place));
        }
    }

    // Gives how many frames the workers had taken from it.
    private long Go(int number)
    {
        AttachedPort attached = _coming[number]!;
        Assert.True(_group.TryDetach(attached));
        _group.Release(attached.Placement);
        attached.Port.Dispose();
        _coming[number] = null;
        return attached.Port.Statistics.ReceivedPackets;
    }

    private void Send()
    {
        for (int queue = 0; queue < Queues && _sent.Sum() - Volatile.Read(ref _takenOfSource) < Window; queue++)
        {
            if (NumberedFrames.Send(_source, queue, NumberedFrames.Frame(Target, queue, _sent[queue])))
            {
                _sent[queue]++;
            }

            // And one to a port that may not be there.
            NumberedFrames.Send(_source, queue, NumberedFrames.Frame(FirstComing + (_sent[queue] % (Ports - FirstComing)), queue, 0));
        }
    }

    private int Taken() => Volatile.Read(ref _takenOfSource) + Volatile.Read(ref _takenOfComing);

    private void Take()
    {
        foreach ((int flow, int place) in NumberedFrames.Take(_target))
        {
            _arrived.GetOrAdd(flow, _ => []).Add(place);
            Interlocked.Increment(ref flow < Queues ? ref _takenOfSource : ref _takenOfComing);
        }
    }
}
