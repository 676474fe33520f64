using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Tests.Ports.Offload;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.VirtualLinks;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>What every driver of ports on interfaces of the host must keep besides.</summary>
public abstract class InterfacePortContract : PortDriverContract
{
    /// <summary>How long a test waits for what has to come.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected InterfacePortContract() => Assert.SkipWhen(VethPair.Unavailable is not null, VethPair.Unavailable ?? "");

    /// <summary>What the driver finishes of a frame that its sender left to offloads.</summary>
    protected virtual FinishedOffloads Finishes => FinishedOffloads.All;

    /// <summary>Whether a port that sends is told at once that its interface is down. One that is not finds it out within a second.</summary>
    protected virtual bool IsToldWhenItSends => true;

    /// <summary>
    /// Whether a port takes up an interface that appears again under its name. One that does not says that it is lost; whoever has
    /// opened it opens another one.
    /// </summary>
    protected virtual bool TakesUpAgain => true;

    protected abstract override InterfaceRig Open(IReadOnlyList<byte[]> incoming);

    /// <summary>Opens a port with little room for frames that no worker has come for.</summary>
    /// <param name="flood">So many frames of 60 bytes are more than it holds; 64 of them are not.</param>
    protected abstract InterfaceRig OpenSmall(out int flood);

    [Fact]
    public void Receiving_does_not_wait()
    {
        using InterfaceRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);

        Stopwatch time = Stopwatch.StartNew();
        for (int i = 0; i < 100_000; i++)
        {
            rx.Receive(batch);
        }

        // A call takes a microsecond at most; a wait of a tenth of a millisecond a call would take ten seconds.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0), (batch.Count, arena.HeldCount));
    }

    [Fact]
    public void Its_own_frames_are_not_received()
    {
        using InterfaceRig rig = Open([]);
        AssertItsOwnAreNotReceived(rig);
    }

    [Fact]
    public void An_interface_that_is_down_is_a_fault_until_it_is_up()
    {
        using InterfaceRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        PacketBuffer[] buffers = Load(arena, [Frame(1)]);

        rig.SetDown();
        rx.Receive(batch);
        if (IsToldWhenItSends)
        {
            Assert.Equal(0, tx.Transmit(buffers));
            Assert.Contains("is down", rig.Port.Fault, StringComparison.Ordinal);
        }

        AwaitFault(rig.Port, "is down");
        Assert.Equal(0, tx.Transmit(buffers));

        rig.SetUp();
        Assert.True(SpinWait.SpinUntil(() => tx.Transmit(buffers) == 1, Patience), rig.Port.Fault);
        AwaitNoFault(rig.Port);
        PacketAssert.SameFrames([Frame(1)], rig.TakeSent(1));
        rig.Peer.Send(Frame(2));
        PacketAssert.SameFrames([Frame(2)], Drain(rx, arena, 1));
        Assert.Equal((0, 0), (batch.Count, arena.HeldCount));
    }

    [Fact]
    public void Polling_an_interface_that_is_down_or_gone_allocates_nothing()
    {
        using InterfaceRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        PacketBuffer[] buffers = Load(arena, [Frame(1)]);

        rig.SetDown();
        Await(rig.Port, () =>
        {
            rx.Receive(batch);
            return (!IsToldWhenItSends || tx.Transmit(buffers) == 0) && rig.Port.Fault is not null;
        });
        AllocationAssert.None("down", Poll);
        rig.EndPeer();
        Await(rig.Port, () =>
        {
            rx.Receive(batch);
            return HasFault(rig.Port, "has gone") || rig.Port.IsLost;
        });
        AllocationAssert.None("gone", Poll);

        void Poll()
        {
            for (int poll = 0; poll < 1_000; poll++)
            {
                rx.Receive(batch);
                tx.Transmit(buffers);
            }
        }
    }

    [Fact]
    public void An_interface_that_appears_again_is_taken_up()
    {
        using InterfaceRig rig = Open([]);
        AssertTakenUpAgain(rig);
    }

    [Fact]
    public void Frames_lost_in_the_kernel_are_counted()
    {
        const int Least = 64;
        using InterfaceRig rig = OpenSmall(out int flood);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        for (int number = 0; number < flood; number++)
        {
            rig.Peer.Send(Frame(number));
        }

        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        List<byte[]> received = [];
        Stopwatch waited = Stopwatch.StartNew();
        while (received.Count + rig.Port.Statistics.ReceiveLost < flood && waited.Elapsed < Patience)
        {
            received.AddRange(Drain(rx, arena, 1, TimeSpan.FromMilliseconds(100)));
        }

        Assert.InRange(rig.Port.Statistics.ReceiveLost, 1, flood - Least);
        Assert.Equal(flood, received.Count + rig.Port.Statistics.ReceiveLost);
        PacketAssert.SameFrames([.. Enumerable.Range(0, Least).Select(number => Frame(number))], received[..Least]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_sender_left_to_offload_is_finished_where_the_driver_can(int tags)
    {
        using InterfaceRig rig = Open([]);

        // Fewer slots than segments: they come over several bursts.
        using PacketArena arena = new(5, FrameBytes);
        rig.Peer.UseOffloadHeaders();

        OffloadCases.AssertReceived(rig.Peer, tags, Finishes, count => Drain(rig.Port.OpenRxQueue(0, arena), arena, count));
        Assert.Equal(default, rig.Port.Statistics with { ReceivedPackets = 0 });
    }

    /// <summary>What the port sends does not come back to it.</summary>
    protected static void AssertItsOwnAreNotReceived(InterfaceRig rig)
    {
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);

        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1)])));
        PacketAssert.SameFrames([Frame(1)], rig.TakeSent(1));
        rig.Peer.Send(Frame(2));

        PacketAssert.SameFrames([Frame(2)], Drain(rx, arena, 1));
        Assert.Equal(1, rig.Port.Statistics.ReceivedPackets);
    }

    /// <summary>An interface that goes and appears again is served as before, by all queues, or the port is lost.</summary>
    protected void AssertTakenUpAgain(InterfaceRig rig)
    {
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue[] rx = [.. Enumerable.Range(0, rig.Port.RxQueueCount).Select(queue => rig.Port.OpenRxQueue(queue, arena))];
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        AssertReceived(rig, rx, batch, Frame(0));
        PacketBuffer[] buffers = Load(arena, [Frame(1)]);

        rig.EndPeer();
        Await(rig.Port, () =>
        {
            Array.ForEach(rx, queue => queue.Receive(batch));
            return TakesUpAgain ? HasFault(rig.Port, "has gone") : rig.Port.IsLost;
        });
        Assert.NotNull(rig.Port.Fault);
        Assert.Equal(0, tx.Transmit(buffers));

        rig.ReturnPeer();
        if (!TakesUpAgain)
        {
            Assert.Equal(0, tx.Transmit(buffers));
            Assert.True(rig.Port.IsLost);
            return;
        }

        AwaitNoFault(rig.Port);
        rig.WaitUntilUp();
        Assert.Equal(1, tx.Transmit(buffers));
        PacketAssert.SameFrames([Frame(1)], rig.TakeSent(1));
        AssertReceived(rig, rx, batch, Frame(2));
        Assert.Equal((1, 2), (rig.Port.Statistics.SentPackets, rig.Port.Statistics.ReceivedPackets));
    }

    /// <summary>Waits until the port's fault has these words.</summary>
    protected static void AwaitFault(IPort port, string words) => Await(port, () => HasFault(port, words));

    /// <summary>Waits until the port has no fault.</summary>
    protected static void AwaitNoFault(IPort port) => Await(port, () => port.Fault is null);

    // By one of the queues.
    private static void AssertReceived(InterfaceRig rig, IRxQueue[] rx, PacketBatch batch, byte[] frame)
    {
        rig.Peer.Send(frame);
        Await(rig.Port, () =>
        {
            Array.ForEach(rx, queue => queue.Receive(batch));
            return batch.Count > 0;
        });
        PacketAssert.Equal(frame, batch.Arena.Frame(batch.Buffers[0]), "through one of the queues");
        batch.Arena.Return(batch.Buffers[0].Slot);
        batch.Begin(0);
    }

    private static bool HasFault(IPort port, string words) => port.Fault?.Contains(words, StringComparison.Ordinal) == true;

    private static void Await(IPort port, Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), port.Fault ?? "no fault");
}
