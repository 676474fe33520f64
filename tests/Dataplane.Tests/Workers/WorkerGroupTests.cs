using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

/// <summary>Several workers: whose queue is whose, frames from one to the other, and ports that come and go while frames move.</summary>
public sealed class WorkerGroupTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly List<IDisposable> _made = [];

    public void Dispose()
    {
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            _made[i].Dispose();
        }
    }

    [Fact]
    public void Queues_of_all_ports_go_round_the_workers()
    {
        WorkerGroup group = Group(workers: 3, ports: 4);
        QueuePlacement[] placements = [.. new[] { 2, 1, 4, 2 }.Select(queues => group.Place(Memory(queues)))];
        Assert.Equal(["0,1", "2", "0,1,2,0", "1,2"], placements.Select(placement => string.Join(',', placement.Workers)));

        // What is closed makes room where it was.
        group.Release(placements[2]);
        Assert.Equal([0], group.Place(Memory(1)).Workers);
    }

    [Fact]
    public async Task A_worker_that_only_sends_on_what_others_hand_over_is_seen_to_work()
    {
        PacketArena sender = new(1, 2_048);
        _made.Add(sender);
        WorkerGroup group = Group(workers: 1, ports: 1);
        EndlessQueue queue = new(sender, group.Workers[0].Arena);
        queue.HandOver();
        group.Workers[0].Offer(group.Workers[0].Offered.WithHandoff(0, queue.Ring));
        group.Start();
        Assert.True(SpinWait.SpinUntil(() => queue.Sent > 0, _patience));
        WorkerStatistics statistics = group.Workers[0].Statistics;
        (long Empty, long Bursts) before = (statistics.EmptySteps, statistics.Bursts);

        await group.StepAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);

        Assert.Equal(before, (statistics.EmptySteps, statistics.Bursts));
    }

    [Fact]
    public async Task A_worker_that_does_no_step_is_waited_for_until_told_otherwise()
    {
        WorkerGroup group = Group(workers: 1, ports: 1);
        using CancellationTokenSource end = new();
        Task step = group.StepAsync(end.Token);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(step.IsCompleted);
        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
    }

    [Fact]
    public void A_worker_without_a_transmit_queue_hands_its_frames_to_one_that_has_it()
    {
        WorkerGroup group = Group(workers: 3, ports: 2);
        MemoryPort source = Memory(queues: 3);
        MemoryPort target = Memory(queues: 1);
        Attach(group, 0, source);
        Attach(group, 1, target);
        for (int place = 0; place < 40; place++)
        {
            Assert.True(NumberedFrames.Send(source, place % 3, NumberedFrames.Frame(to: 1, flow: place % 3, place)));
        }

        Step(group);
        List<(int Flow, int Place)> taken = NumberedFrames.Take(target);
        Assert.Equal(Enumerable.Range(0, 40), taken.Select(frame => frame.Place).Order());
        Assert.All(Enumerable.Range(0, 3), flow => Assert.Equal(taken.Where(frame => frame.Flow == flow).Order(), taken.Where(frame => frame.Flow == flow)));

        // The sender counts, and nobody keeps a slot.
        Assert.Equal([14, 13, 13], group.Workers.Select(worker => worker.Counters.Sent));
        Assert.All(group.Workers, worker => Assert.Equal(0, worker.Arena.HeldCount));
    }

    [Fact]
    public void What_a_full_ring_does_not_take_is_counted_and_what_it_took_comes_out_in_order()
    {
        WorkerGroup group = Group(workers: 2, ports: 2);
        MemoryPort source = Memory(queues: 2, frames: 1024);
        MemoryPort target = Memory(queues: 1, frames: 1024);
        Attach(group, 0, source);
        Attach(group, 1, target);
        for (int place = 0; place < 600; place++)
        {
            Assert.True(NumberedFrames.Send(source, 1, NumberedFrames.Frame(to: 1, flow: 1, place)));
        }

        // Only the worker that hands over steps.
        while (group.Workers[1].RunOnce() > 0)
        {
        }

        Assert.Equal((256, 344), (group.Workers[1].Counters.Sent, group.Workers[1].Counters.Dropped[(int)DropReason.TxQueueFull]));
        Step(group);
        Assert.Equal(Enumerable.Range(0, 256), NumberedFrames.Take(target).Select(frame => frame.Place));
    }

    [Fact]
    public void What_a_port_does_not_take_waits_in_the_ring_until_it_does()
    {
        WorkerGroup group = Group(workers: 2, ports: 2);
        MemoryPort source = Memory(queues: 2);
        MemoryPort target = Memory(queues: 1, frames: 8);
        Attach(group, 0, source);
        AttachedPort attached = Attach(group, 1, target);
        for (int place = 0; place < 100; place++)
        {
            NumberedFrames.Send(source, 1, NumberedFrames.Frame(to: 1, flow: 1, place));
        }

        Step(group);
        List<int> places = [];
        while (places.Count < 30)
        {
            places.AddRange(NumberedFrames.Take(target).Select(frame => frame.Place));
            Step(group);
        }

        // Of the rest eight wait at the port; the others are thrown away with it and counted.
        Assert.True(group.TryDetach(attached));
        places.AddRange(NumberedFrames.Take(target).Select(frame => frame.Place));
        Assert.Equal(Enumerable.Range(0, places.Count), places);
        Assert.Equal(100 - places.Count, group.Workers[0].Statistics.HandoffsGivenUp);
        Assert.All(group.Workers, worker => Assert.Equal(0, worker.Arena.HeldCount));
    }

    [Fact]
    public void Handing_over_allocates_nothing_for_each_frame()
    {
        WorkerGroup group = Group(workers: 2, ports: 2);
        MemoryPort source = Memory(queues: 2);
        MemoryPort target = Memory(queues: 1);
        Attach(group, 0, source);
        Attach(group, 1, target);
        byte[] frame = NumberedFrames.Frame(to: 1, flow: 1, place: 1);
        byte[] buffer = new byte[target.FrameBytes];
        void Run(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                source.Inject(1, frame, frame.Length);
                group.Workers[1].RunOnce();
                group.Workers[0].RunOnce();
                Assert.True(target.TryTake(0, buffer, out _));
            }
        }

        Run(100);
        AllocationAssert.None("hand-off", () => Run(5_000));
    }

    [Fact]
    public async Task A_port_is_let_go_only_between_two_bursts()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        WorkerGroup group = Group(workers: 1, ports: 1);
        using ManualResetEventSlim mayGoOn = new();
        TaskCompletionSource isPolled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CallbackPort port = new(() =>
        {
            isPolled.TrySetResult();
            mayGoOn.Wait(cancellation);
        });
        AttachedPort attached = group.Attach(0, port, group.Place(port));
        group.Start();
        await isPolled.Task.WaitAsync(_patience, cancellation);
        Task<bool> detached = Task.Run(() => group.TryDetach(attached), cancellation);
        await Task.Delay(50, cancellation);
        Assert.False(detached.IsCompleted);
        mayGoOn.Set();
        Assert.True(await detached.WaitAsync(_patience, cancellation));
        int polls = port.Polls;
        await Task.Delay(5, cancellation);
        Assert.Equal(polls, port.Polls);
    }

    [Fact]
    public async Task A_worker_that_fails_says_so_and_the_others_go_on()
    {
        WorkerGroup group = Group(workers: 2, ports: 3);
        CallbackPort broken = new(() => throw new InvalidDataException("no such thing"));
        AttachedPort attached = group.Attach(0, broken, group.Place(broken));
        MemoryPort second = Memory(queues: 1);
        Attach(group, 1, second);
        group.Start();
        WorkerFailure failure = await group.Failure.WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.Equal(
            "Worker 0 has failed and forwards no more: no such thing (InvalidDataException). The process has to be started again.",
            failure.ToString());

        // Ports can still be taken from both.
        Assert.True(group.TryDetach(attached));
        NumberedFrames.Send(second, 0, NumberedFrames.Frame(to: 1, flow: 1, place: 7));
        Assert.True(SpinWait.SpinUntil(() => group.Workers[1].Counters.Received == 1, _patience));
    }

    [Fact]
    public void Each_worker_runs_on_the_cpu_that_it_was_given()
    {
        int cpu = CpuSet.Allowed()[^1];
        WorkerGroup group = Group(new WorkerGroupOptions { Cpus = [cpu] }, ports: 1);
        group.Start();
        Assert.True(SpinWait.SpinUntil(() => group.Workers[0].AdoptedGeneration == 1, _patience));
        string[] status = [.. Directory.GetDirectories("/proc/self/task").Select(task => $"{task}/status").Where(File.Exists).Select(File.ReadAllText)
            .Where(text => text.StartsWith("Name:\tworker 0\n", StringComparison.Ordinal) && text.Contains($"Cpus_allowed_list:\t{cpu}\n", StringComparison.Ordinal))];
        Assert.NotEmpty(status);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Contains("0 workers are not possible; accepted are 1 to 64", Refusal(new WorkerGroupOptions { Workers = 0 }), StringComparison.Ordinal);
        Assert.Contains("2 CPUs for 1 workers; accepted is one CPU for each", Refusal(new WorkerGroupOptions { Cpus = [0, 1] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_tell_bursts_by_size_and_empty_steps()
    {
        WorkerGroup group = Group(workers: 1, ports: 2);
        MemoryPort source = Memory(queues: 1);
        Attach(group, 0, source);
        foreach (int burst in new[] { 1, 3, 64 })
        {
            for (int place = 0; place < burst; place++)
            {
                NumberedFrames.Send(source, 0, NumberedFrames.Frame(to: 1, flow: 1, place));
            }

            group.Workers[0].RunOnce();
        }

        WorkerStatistics statistics = group.Workers[0].Statistics;
        Assert.Equal((3, 68), (statistics.Bursts, statistics.BurstPackets));
        Assert.Equal([1, 1, 0, 0, 0, 0, 1], statistics.BurstsBySize.ToArray());
        group.Start();
        Assert.True(SpinWait.SpinUntil(() => statistics.EmptySteps > 100, _patience));
        Assert.InRange(statistics.LargestGapTicks, 1, long.MaxValue);
        Assert.Equal(0, statistics.BusyTicks);
    }

    private static string Refusal(WorkerGroupOptions options) => Assert.Throws<ArgumentException>(() =>
    {
        using WorkerGroup group = new(new SnapshotCell(SteeringSnapshotBuilder.Build(NumberedFrames.Network(1))), options);
    }).Message;

    private static AttachedPort Attach(WorkerGroup group, int number, IPort port) => group.Attach(number, port, group.Place(port));

    private static void Step(WorkerGroup group)
    {
        while (group.Workers.Sum(worker => worker.RunOnce()) > 0)
        {
        }
    }

    private WorkerGroup Group(int workers, int ports) => Group(new WorkerGroupOptions { Workers = workers, SlotsPerWorker = 512 }, ports);

    private WorkerGroup Group(WorkerGroupOptions options, int ports)
    {
        WorkerGroup group = new(new SnapshotCell(SteeringSnapshotBuilder.Build(NumberedFrames.Network(ports))), options);
        _made.Add(group);
        return group;
    }

    private MemoryPort Memory(int queues, int frames = 128)
    {
        MemoryPort port = (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string> { ["queues"] = $"{queues}", ["frames"] = $"{frames}" });
        _made.Add(port);
        return port;
    }

    /// <summary>A port without frames that does something when it is polled.</summary>
    private sealed class CallbackPort(Action polled) : IPort, IRxQueue, ITxQueue
    {
        public int RxQueueCount => 1;

        public int TxQueueCount => 1;

        public PortStatistics Statistics => default;

        public int Polls { get; private set; }

        public IRxQueue OpenRxQueue(int queue, PacketArena arena) => this;

        public ITxQueue OpenTxQueue(int queue, PacketArena arena) => this;

        public void Receive(PacketBatch batch)
        {
            Polls++;
            polled();
        }

        public int Transmit(ReadOnlySpan<PacketBuffer> buffers) => 0;

        public void Dispose()
        {
        }
    }

    // Hands the next frame over while it sends one, so the worker that has it never does an empty step.
    private sealed class EndlessQueue : ITxQueue
    {
        private readonly PacketArena _from;
        private readonly PacketArena _to;
        private long _sent;

        public EndlessQueue(PacketArena from, PacketArena to)
        {
            (_from, _to) = (from, to);
            Ring = new HandoffRing(from, to, this);
        }

        public HandoffRing Ring { get; }

        public long Sent => Volatile.Read(ref _sent);

        public void HandOver()
        {
            Assert.True(_from.TryRent(out int slot));
            Assert.Equal(1, Ring.Transmit([new PacketBuffer { Slot = slot, Start = PacketArena.HeadroomBytes, Length = 60, WireLength = 60, Member = PacketBuffer.NoMember }]));
        }

        public int Transmit(ReadOnlySpan<PacketBuffer> buffers)
        {
            foreach (ref readonly PacketBuffer buffer in buffers)
            {
                _to.Return(buffer.Slot);
                HandOver();
            }

            Volatile.Write(ref _sent, _sent + buffers.Length);
            return buffers.Length;
        }
    }
}
