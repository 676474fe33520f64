using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Testing;
using Xunit;
using static NetworkingSfc.Dataplane.Tests.Ports.PortDriverContract;

namespace NetworkingSfc.Dataplane.Tests.Ports.VhostUser;

/// <summary>How frames move through the rings of a guest that keeps the rules.</summary>
public sealed class VhostUserRingTests
{
    private const int FrameBytes = 9_216;

    [Theory]
    [InlineData(new int[] { 12 }, int.MaxValue)]
    [InlineData(new int[] { 5, 7, 100, 1 }, int.MaxValue)]
    [InlineData(new int[] { 40, 0, 30 }, int.MaxValue)]
    [InlineData(new int[] { 12, 50 }, 0)]
    [InlineData(new int[] { 12, 50, 60 }, 2)]
    public void A_frame_in_a_chain_is_put_together(int[] lengths, int direct)
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        byte[] frame = Frame(1, 300);
        rig.Guest.SendChain(frame, lengths, direct);
        rig.Guest.Send(Frame(2, 60));

        PacketAssert.SameFrames([frame, Frame(2, 60)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 2));
        Assert.Equal(new PortStatistics(2, 0, 0), rig.Port.Statistics);
        Assert.True(rig.Guest.Rings[1].TryTakeUsed(out uint head, out uint written));
        Assert.Equal((0u, 0u), (head, written));
    }

    [Fact]
    public void A_buffer_may_reach_from_one_region_into_the_next()
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        byte[] frame = Frame(1, 200);
        ulong buffer = GuestMemoryFile.Seam - 100;
        rig.Guest.Memory.Write(buffer, [.. new byte[12], .. frame]);
        rig.Guest.Rings[1].SetDescriptor(0, buffer, 212, flags: 0);
        rig.Guest.Rings[1].Offer(0);

        PacketAssert.SameFrames([frame], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
    }

    [Theory]
    [InlineData(2_036, 1)]
    [InlineData(2_037, 2)]
    [InlineData(9_000, 5)]
    public void A_long_frame_fills_several_buffers_and_the_header_says_how_many(int length, int buffers)
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        byte[][] frames = [Frame(1, 60), Frame(2, length), Frame(3, 61)];

        Assert.Equal(3, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, frames)));

        List<(byte[] Frame, int Buffers)> taken = rig.Guest.Take(3);
        PacketAssert.SameFrames(frames, [.. taken.Select(frame => frame.Frame)]);
        Assert.Equal([1, buffers, 1], taken.Select(frame => frame.Buffers));
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Without_mergeable_buffers_a_frame_too_long_is_refused_and_does_not_hold_up_others()
    {
        const ulong Features = VhostUserGuest.Version1 | VhostUserGuest.ProtocolFeatures;
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, features: Features));
        using PacketArena arena = new(8, FrameBytes);

        Assert.Equal(3, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1, 60), Frame(2, 2_037), Frame(3, 2_036)])));

        PacketAssert.SameFrames([Frame(1, 60), Frame(3, 2_036)], [.. rig.Guest.Take(2).Select(taken => taken.Frame)]);
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 1), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void A_guest_before_virtio_1_has_a_shorter_header()
    {
        using VhostUserRig rig = new("server", [Frame(1, 60)], makeGuest: frontEnd => new VhostUserGuest(frontEnd, features: 0));
        using PacketArena arena = new(8, FrameBytes);

        PacketAssert.SameFrames([Frame(1, 60)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(2, 2_038)])));
        PacketAssert.SameFrames([Frame(2, 2_038)], rig.TakeSent(1));
    }

    [Fact]
    public void Receive_buffers_in_chains_are_filled_one_after_the_other()
    {
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, offered: 0));
        using PacketArena arena = new(8, FrameBytes);
        GuestRing ring = rig.Guest.Rings[0];
        ulong buffer = rig.Guest.Buffer(0, 0);
        ring.SetDescriptor(0, buffer, 12, GuestRing.Write | GuestRing.Next, next: 1);
        ring.SetDescriptor(1, buffer + 12, 100, GuestRing.Write | GuestRing.Next, next: 2);
        ring.SetDescriptor(2, buffer + 112, 500, GuestRing.Write);
        ring.Offer(0);

        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1, 300)])));

        PacketAssert.SameFrames([Frame(1, 300)], rig.TakeSent(1));
    }

    [Fact]
    public void Rings_wrap_around_many_times()
    {
        // More chains than a 16-bit index counts.
        const int Rounds = 2_000;
        using VhostUserRig rig = new("client", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, size: 64));
        using PacketArena arena = new(64, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        PacketBatch batch = new(arena);
        for (int round = 0; round < Rounds; round++)
        {
            byte[][] frames = [.. Enumerable.Range(0, 40).Select(number => Frame((round * 40) + number, 60 + number))];
            Array.ForEach(frames, frame => rig.Guest.Send(frame));
            batch.Begin(0);
            rx.Receive(batch);
            Assert.Equal(40, tx.Transmit(batch.Buffers));
            PacketAssert.SameFrames(frames, [.. rig.Guest.Take(40, offersAgain: true).Select(taken => taken.Frame)]);
        }

        Assert.Equal(new PortStatistics(40 * Rounds, 40 * Rounds, 0), rig.Port.Statistics);
    }

    [Fact]
    public void The_guest_is_asked_not_to_notify_and_is_interrupted_when_it_wants_to_be()
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        Assert.All(rig.Guest.Rings, ring => Assert.True(ring.AsksForNoNotification));

        rig.Guest.Rings[0].WantsInterrupts = false;
        tx.Transmit(Load(arena, [Frame(1, 60)]));
        Assert.Equal(0UL, WaitForInterrupts(rig.Guest.Calls[0], milliseconds: 50));

        rig.Guest.Rings[0].WantsInterrupts = true;
        tx.Transmit(Load(arena, [Frame(2, 60)]));
        Assert.NotEqual(0UL, WaitForInterrupts(rig.Guest.Calls[0]));

        rig.Guest.Rings[1].WantsInterrupts = true;
        rig.Guest.Send(Frame(3, 60));
        Drain(rx, arena, 1);
        Assert.NotEqual(0UL, WaitForInterrupts(rig.Guest.Calls[1]));
    }

    [Fact]
    public void With_event_indices_the_guest_is_interrupted_at_the_position_it_named()
    {
        const ulong Features = VhostUserGuest.UsualFeatures | VhostUserGuest.EventIndex;
        using VhostUserRig rig = new("server", [], makeGuest: frontEnd => new VhostUserGuest(frontEnd, features: Features));
        using PacketArena arena = new(8, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        rig.Guest.Rings[0].WantsInterrupts = false;
        rig.Guest.Rings[0].InterruptAt = 4;

        tx.Transmit(Load(arena, [Frame(1, 60), Frame(2, 60), Frame(3, 60), Frame(4, 60)]));
        Assert.Equal(0UL, WaitForInterrupts(rig.Guest.Calls[0], milliseconds: 50));
        tx.Transmit(Load(arena, [Frame(5, 60)]));
        Assert.NotEqual(0UL, WaitForInterrupts(rig.Guest.Calls[0]));
        tx.Transmit(Load(arena, [Frame(6, 60)]));
        Assert.Equal(0UL, WaitForInterrupts(rig.Guest.Calls[0], milliseconds: 50));
    }

    [Fact]
    public void Each_queue_has_its_own_frames()
    {
        using VhostUserRig rig = new("server", [], queues: 3, makeGuest: frontEnd => new VhostUserGuest(frontEnd, pairs: 3, size: 64));
        using PacketArena arena = new(64, FrameBytes);
        for (int queue = 0; queue < 3; queue++)
        {
            byte[][] fromGuest = [Frame(queue, 70), Frame(queue + 10, 80)];
            byte[][] toGuest = [Frame(queue + 20, 90), Frame(queue + 30, 100)];
            Array.ForEach(fromGuest, frame => rig.Guest.Send(frame, (2 * queue) + 1));

            PacketAssert.SameFrames(fromGuest, Drain(rig.Port.OpenRxQueue(queue, arena), arena, 2));
            Assert.Equal(2, rig.Port.OpenTxQueue(queue, arena).Transmit(Load(arena, toGuest)));
            PacketAssert.SameFrames(toGuest, [.. rig.Guest.Take(2, 2 * queue).Select(taken => taken.Frame)]);
        }
    }

    [Fact]
    public void Workers_share_the_queues_of_a_guest_that_uses_fewer()
    {
        VhostUserGuest Make(FrontEnd frontEnd) => new(frontEnd, pairs: 1);
        using VhostUserRig rig = new("server", [], queues: 2, Make);
        using PacketArena arena = new(64, FrameBytes);

        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1, 60)])));
        Assert.Equal(1, rig.Port.OpenTxQueue(1, arena).Transmit(Load(arena, [Frame(2, 60)])));

        PacketAssert.SameFrames([Frame(1, 60), Frame(2, 60)], rig.TakeSent(2));
    }

    [Fact]
    public void What_comes_from_a_disabled_queue_is_thrown_away_and_counted()
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        rig.Guest.Enable(1, isEnabled: false);
        rig.Guest.Enable(0, isEnabled: false);
        rig.Guest.Send(Frame(1, 60));

        Assert.Empty(ReceiveOnce(rx, arena));
        Assert.Equal(0, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(9, 60)])));
        Assert.Equal(new PortStatistics(0, 0, 0, ReceiveLost: 1), rig.Port.Statistics);
        Assert.Equal(1, rig.Guest.Rings[1].UsedIndex);

        rig.Guest.Enable(1, isEnabled: true);
        rig.Guest.Send(Frame(2, 60));
        PacketAssert.SameFrames([Frame(2, 60)], ReceiveOnce(rx, arena));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 0x84)]
    public void A_frame_that_counts_on_offloads_is_refused_because_none_was_offered(byte flags, byte segmentation)
    {
        using VhostUserRig rig = new("server", []);
        using PacketArena arena = new(8, FrameBytes);
        rig.Guest.Send(Frame(1, 60), flags: flags, segmentation: segmentation);
        rig.Guest.Send(Frame(2, 60));

        PacketAssert.SameFrames([Frame(2, 60)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));
        Assert.Equal(new PortStatistics(1, 0, 0, ReceiveInvalid: 1), rig.Port.Statistics);
    }

    [Fact]
    public void A_burst_that_fails_does_not_stop_those_behind_it()
    {
        using VhostUserRig rig = new("server", [Frame(1, 60)]);
        using PacketArena arena = new(8, FrameBytes);
        (IRxQueue rx, ITxQueue tx) = (rig.Port.OpenRxQueue(0, arena), rig.Port.OpenTxQueue(0, arena));

        Assert.Throws<NullReferenceException>(() => rx.Receive(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => tx.Transmit([new PacketBuffer { Slot = arena.SlotCount }]));

        PacketAssert.SameFrames([Frame(1, 60)], Drain(rx, arena, 1));
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(2, 60)])));
        PacketAssert.SameFrames([Frame(2, 60)], rig.TakeSent(1));
    }

    internal static byte[] Frame(int number, int length)
    {
        byte[] frame = new byte[length];
        new Random((number * 1_000) + length).NextBytes(frame);
        return frame;
    }

    /// <summary>One burst, whose slots are given back.</summary>
    internal static List<byte[]> ReceiveOnce(IRxQueue queue, PacketArena arena)
    {
        PacketBatch batch = new(arena);
        queue.Receive(batch);
        List<byte[]> frames = [];
        foreach (PacketBuffer buffer in batch.Buffers)
        {
            frames.Add(arena.Frame(buffer).ToArray());
            arena.Return(buffer.Slot);
        }

        return frames;
    }

    /// <summary>Waits for interrupts and takes them.</summary>
    internal static ulong WaitForInterrupts(FileDescriptor call, int milliseconds = 2_000)
    {
        Stopwatch waited = Stopwatch.StartNew();
        ulong count = EventDescriptor.Take(call);
        while (count == 0 && waited.ElapsedMilliseconds < milliseconds)
        {
            Thread.Sleep(1);
            count = EventDescriptor.Take(call);
        }

        return count;
    }
}
