using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Workers;

public sealed class WorkerTests
{
    /// <summary>Description, hops, port the frame comes in at (0 the source, else the output of that hop), frame.</summary>
    public static TheoryData<string, EncapsulationKind[], int, PacketBuilder> Paths => new()
    {
        { "into a chain, plain", [EncapsulationKind.Plain], 0, TestFrame.Ipv4.Original() },
        { "into a chain, NSH", [EncapsulationKind.Nsh], 0, TestFrame.Ipv6.Original() },
        { "into a chain, MPLS", [EncapsulationKind.Mpls], 0, TestFrame.Tagged.Original() },
        { "NSH to NSH", [EncapsulationKind.Nsh, EncapsulationKind.Nsh], 1, Nsh(63) },
        { "NSH to MPLS", [EncapsulationKind.Nsh, EncapsulationKind.Mpls], 1, Nsh(63) },
        { "NSH to plain", [EncapsulationKind.Nsh, EncapsulationKind.Plain], 1, Nsh(63) },
        { "NSH to the end", [EncapsulationKind.Nsh], 1, Nsh(63) },
        { "MPLS to MPLS", [EncapsulationKind.Mpls, EncapsulationKind.Mpls], 1, Label(64) },
        { "MPLS to NSH", [EncapsulationKind.Mpls, EncapsulationKind.Nsh], 1, Label(64) },
        { "MPLS to the end", [EncapsulationKind.Mpls], 1, Label(64) },
        { "in no chain", [EncapsulationKind.Plain], 0, new PacketBuilder().Ethernet(TestChain.Mac(1)).Payload(50) },
        { "dropped: TTL of NSH", [EncapsulationKind.Nsh], 1, Nsh(1) },
        { "dropped: TTL of the label", [EncapsulationKind.Mpls], 1, Label(1) },
        { "dropped: unknown path", [EncapsulationKind.Nsh], 1, Nsh(63).Change<NshLayer>(nsh => nsh with { ServiceIndex = 9 }) },
        { "dropped: malformed", [EncapsulationKind.Nsh], 0, new PacketBuilder().Payload(5) },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void Step_allocates_nothing_once_warm(string what, EncapsulationKind[] hops, int comesFrom, PacketBuilder frame)
    {
        TestChain chain = TestChain.Of(hops);
        using LoadEngine engine = new(chain.Definition(), comesFrom == 0 ? TestChain.Source : chain.Output(comesFrom), LoadEngine.InTurn(frame.Build()));
        engine.AssertNoAllocation(what);
        Assert.Equal(LoadEngine.Frames, engine.Counters.Received);
        Assert.Equal(what.StartsWith("dropped", StringComparison.Ordinal) ? 0 : LoadEngine.Frames, engine.Counters.Sent);
    }

    [Fact]
    public void Snapshot_changes_between_steps_and_the_worker_says_which_it_used()
    {
        TestChain plain = TestChain.Of(EncapsulationKind.Plain);
        TestChain nsh = TestChain.Of(EncapsulationKind.Nsh) with { Generation = 7 };
        using TestEngine engine = new(plain.Definition());
        byte[] frame = TestFrame.Ipv4.Original().Build();
        Assert.Equal(0ul, engine.Worker.AdoptedGeneration);

        Assert.Equal(frame.Length, engine.Forward(TestChain.Source, frame).Bytes.Length);
        Assert.Equal(1ul, engine.Worker.AdoptedGeneration);
        engine.Publish(nsh.Definition());
        Assert.Equal(1ul, engine.Worker.AdoptedGeneration);

        Assert.Equal(frame.Length + 38, engine.Forward(TestChain.Source, frame).Bytes.Length);
        Assert.Equal(7ul, engine.Worker.AdoptedGeneration);
    }

    [Fact]
    public void Step_without_frames_adopts_too()
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        Assert.Equal(0, engine.Worker.RunOnce());
        engine.Publish((TestChain.Of(EncapsulationKind.Plain) with { Generation = 2 }).Definition());

        Assert.Equal(0, engine.Worker.RunOnce());

        Assert.Equal(2ul, engine.Worker.AdoptedGeneration);
    }

    [Fact]
    public void Port_that_the_snapshot_does_not_know_yet_keeps_its_frames()
    {
        SteeringDefinition whole = TestChain.Of(EncapsulationKind.Plain).Definition();
        SteeringDefinition without = new() { Generation = 1, Networks = [new NetworkDefinition(-1)], Ports = [whole.Ports[0] with { RuleTable = -1 }] };
        SnapshotCell cell = new(SteeringSnapshotBuilder.Build(without));
        using Worker worker = new(cell, 64, 2048);
        List<SentFrame> sent = [];
        TestPort first = new(0, sent.Add);
        TestPort second = new(1, sent.Add);
        worker.Attach(1, second, 0);
        worker.Attach(0, first, 0);
        second.Inject(new PacketBuilder().Ethernet(TestChain.Mac(0)).Payload(50).Build());

        Assert.Equal(0, worker.RunOnce());
        cell.Publish(SteeringSnapshotBuilder.Build(whole with { Generation = 2 }));
        Assert.Equal(1, worker.RunOnce());

        Assert.Equal(0, Assert.Single(sent).Port);
    }

    [Fact]
    public void Counts_survive_a_new_snapshot_and_numbers_beyond_it_too()
    {
        TestChain small = TestChain.Of(EncapsulationKind.Plain);
        TestChain large = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain) with { Generation = 2 };
        SteeringDefinition numbers = large.Definition();
        using TestEngine engine = new(numbers);
        byte[] frame = TestFrame.Ipv4.Original().Build();
        SentFrame atFirst = engine.Forward(TestChain.Source, frame);
        engine.Forward(large.Output(1), atFirst.Bytes);
        Assert.Equal(1, engine.Counters.Steered[1].Packets);

        // The second function goes, its ports and its counter with it; both come back.
        engine.Publish((small with { Generation = 3 }).Definition());
        engine.Forward(TestChain.Source, frame);
        Assert.Equal(2, engine.Counters.Steered[0].Packets);
        engine.Publish((large with { Generation = 4 }).Definition());
        engine.Forward(large.Output(1), atFirst.Bytes);

        Assert.Equal(2, engine.Counters.Steered[1].Packets);
        Assert.Equal(2, engine.Counters.Entered[0].Packets);
    }

    [Fact]
    public void Burst_is_at_most_one_batch_from_each_port()
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        for (int i = 0; i < PacketBatch.Capacity + 10; i++)
        {
            engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        engine.Inject(TestChain.Uplink, TestFrame.Ipv4.Original().Build());

        Assert.Equal(PacketBatch.Capacity + 1, engine.Worker.RunOnce());
        Assert.Equal(10, engine.Worker.RunOnce());
        Assert.Equal(0, engine.Worker.RunOnce());
    }

    [Fact]
    public void Worker_that_could_not_hold_a_batch_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new Worker(new SnapshotCell(SteeringSnapshotBuilder.Build(new SteeringDefinition { Generation = 1 })), PacketBatch.Capacity - 1, 2048));

    // The publisher's side of the scheme, against a thread that never stops: what is retired is no longer read.
    [Fact]
    public void Frames_see_one_snapshot_or_the_other_while_generations_are_published_and_retired()
    {
        TestChain[] chains = [TestChain.Of(EncapsulationKind.Nsh), TestChain.Of(EncapsulationKind.Mpls)];
        byte[] frame = TestFrame.Ipv4.Original().Build();
        SteeringSnapshot current = SteeringSnapshotBuilder.Build(chains[1].Definition());
        SnapshotCell cell = new(current);
        using Worker worker = new(cell, 256, 2048);
        Dictionary<int, long> lengths = [];
        for (int port = 0; port < chains[0].Definition().Ports.Length; port++)
        {
            worker.Attach(port, new TestPort(port, sent => lengths[sent.Bytes.Length] = lengths.GetValueOrDefault(sent.Bytes.Length) + 1), 0);
        }

        LoadPort source = new(room =>
        {
            frame.CopyTo(room);
            return frame.Length;
        });
        worker.Attach(TestChain.Source, source, 0);
        bool stopping = false;
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() =>
        {
            while (!Volatile.Read(ref stopping))
            {
                source.Budget = PacketBatch.Capacity;
                worker.RunOnce();
            }
        }));
        thread.Start();
        for (ulong generation = 2; generation < 400; generation++)
        {
            SteeringSnapshot next = SteeringSnapshotBuilder.Build((chains[generation % 2] with { Generation = generation, HashSeed = generation }).Definition(), current);
            SteeringSnapshot before = cell.Publish(next);
            ulong wanted = generation;
            bool adopted = SpinWait.SpinUntil(() => worker.AdoptedGeneration >= wanted || !thread.IsAlive, TimeSpan.FromSeconds(30));
            Assert.True(adopted && thread.IsAlive, $"generation {wanted} was not adopted: {failure}");
            before.Retire(next);
            current = next;
        }

        Volatile.Write(ref stopping, true);
        thread.Join();
        Assert.Null(failure);
        Assert.Equal(new[] { frame.Length + 4, frame.Length + 38 }, lengths.Keys.Order());
        Assert.Equal(worker.Counters.Received, worker.Counters.Sent);
        Assert.Equal(0, worker.Counters.Dropped[(int)DropReason.UnknownPath]);
    }

    private static PacketBuilder Nsh(byte timeToLive) =>
        new PacketBuilder().Ethernet().Nsh(TestChain.PathId, 254, timeToLive).Append(TestFrame.Ipv4.Original());

    private static PacketBuilder Label(byte timeToLive) =>
        TestFrame.Ipv4.Labelled(TestChain.Mac(TestChain.Destination), TestChain.Mac(0), TestChain.Label(2), timeToLive);
}
