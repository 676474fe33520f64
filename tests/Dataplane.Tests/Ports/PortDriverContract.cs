using System.Diagnostics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports;

/// <summary>What every port driver must keep. Each driver has a class that derives from this one.</summary>
public abstract class PortDriverContract
{
    /// <summary>Largest frame of the arenas here.</summary>
    protected const int FrameBytes = 1536;

    private const int ShortestFrame = 60;
    private const int LongestFrame = 1514;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The driver.</summary>
    protected abstract IPortDriver Driver { get; }

    /// <summary>Opens a port to which these frames come. It carries frames of 1800 bytes and holds 300 of them at least.</summary>
    protected abstract PortRig Open(IReadOnlyList<byte[]> incoming);

    /// <summary>Opens a port that will not take 2,000 frames of <paramref name="frameBytes"/> bytes, for want of room or another reason.</summary>
    protected abstract PortRig OpenCongested(int frameBytes);

    /// <summary>A frame with its number in it.</summary>
    protected static byte[] Frame(int number, int length = ShortestFrame)
    {
        byte[] number4 = BitConverter.GetBytes(number);
        return new PacketBuilder().Ethernet(etherType: 0x88b5).Payload(number4).Payload(length - 14 - number4.Length).Build();
    }

    /// <summary>Frames with ascending numbers and differing lengths.</summary>
    protected static byte[][] Frames(int count) =>
        [.. Enumerable.Range(0, count).Select(number => Frame(number, ShortestFrame + (number * 97 % (LongestFrame - ShortestFrame + 1))))];

    [Fact]
    public void A_frame_is_received_whole_behind_the_headroom()
    {
        byte[][] frames = [Frame(1, ShortestFrame), Frame(2, LongestFrame)];
        using PortRig rig = Open(frames);
        using PacketArena arena = new(128, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue queue = rig.Port.OpenRxQueue(0, arena);

        ReceiveUntil(queue, batch, frames.Length);

        Assert.Equal(frames.Length, batch.Count);
        for (int row = 0; row < frames.Length; row++)
        {
            PacketAssert.Equal(frames[row], arena.Frame(batch.Buffers[row]), $"frame {row}");
            Assert.Equal(PacketArena.HeadroomBytes, batch.Buffers[row].Start);
            Assert.Equal(frames[row].Length, batch.Buffers[row].WireLength);
        }

        Assert.Equal(frames.Length, arena.HeldCount);
    }

    [Fact]
    public void Several_bursts_come_in_order()
    {
        byte[][] frames = Frames(300);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);

        List<byte[]> received = Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length);

        PacketAssert.SameFrames(frames, received);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Transmitted_frames_leave_in_order_and_their_slots_come_back()
    {
        byte[][] frames = Frames(200);
        using PortRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue queue = rig.Port.OpenTxQueue(0, arena);

        foreach (byte[][] burst in frames.Chunk(PacketBatch.Capacity))
        {
            Assert.Equal(burst.Length, queue.Transmit(Load(arena, burst)));
            Assert.Equal(0, arena.HeldCount);
        }

        PacketAssert.SameFrames(frames, rig.TakeSent(frames.Length));
        Assert.Equal(frames.Length, rig.Port.Statistics.SentPackets);
    }

    [Fact]
    public void A_frame_that_was_given_headers_leaves_from_its_new_start()
    {
        byte[] frame = Frame(7, 100);
        using PortRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue queue = rig.Port.OpenTxQueue(0, arena);
        PacketBuffer[] buffers = Load(arena, [frame[24..]]);
        buffers[0].Start -= 24;
        buffers[0].Length += 24;
        frame.AsSpan(0, 24).CopyTo(arena.Frame(buffers[0]));

        Assert.Equal(1, queue.Transmit(buffers));

        PacketAssert.SameFrames([frame], rig.TakeSent(1));
    }

    [Fact]
    public void What_a_full_port_does_not_take_stays_the_callers()
    {
        using PortRig rig = OpenCongested(LongestFrame);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue queue = rig.Port.OpenTxQueue(0, arena);
        byte[][] burst = [.. Frames(PacketBatch.Capacity).Select(_ => Frame(0, LongestFrame))];

        int taken = burst.Length;
        PacketBuffer[] buffers = [];
        for (int attempt = 0; attempt < 2_000 / burst.Length && taken == burst.Length; attempt++)
        {
            buffers = Load(arena, burst);
            taken = queue.Transmit(buffers);
            Assert.Equal(burst.Length - taken, arena.HeldCount);
        }

        Assert.InRange(taken, 0, burst.Length - 1);
        foreach (PacketBuffer refused in buffers[taken..])
        {
            PacketAssert.Equal(burst[0], arena.Frame(refused), "a frame that was not taken");
            arena.Return(refused.Slot);
        }

        Assert.Equal(0, arena.HeldCount);
        Assert.Equal(0, queue.Transmit([]));
    }

    [Fact]
    public void A_frame_too_long_for_the_buffers_is_refused_and_counted()
    {
        byte[] first = Frame(1);
        byte[] last = Frame(3);
        using PortRig rig = Open([first, Frame(2, 1000), last]);
        using PacketArena arena = new(PacketBatch.Capacity, frameBytes: 999);

        List<byte[]> received = Drain(rig.Port.OpenRxQueue(0, arena), arena, 2);

        PacketAssert.SameFrames([first, last], received);
        Assert.Equal(1, rig.Port.Statistics.ReceiveOversize);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Without_a_free_slot_frames_wait_and_none_is_lost()
    {
        byte[][] frames = Frames(20);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(8, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue queue = rig.Port.OpenRxQueue(0, arena);

        ReceiveUntil(queue, batch, 8);
        queue.Receive(batch);
        Assert.Equal(8, batch.Count);
        List<byte[]> received = TakeFrames(batch);
        received.AddRange(Drain(queue, arena, frames.Length - received.Count));

        PacketAssert.SameFrames(frames, received);
        Assert.Equal(0, rig.Port.Statistics.ReceiveLost);
    }

    [Fact]
    public void The_end_of_the_peer_is_a_state_and_no_exception()
    {
        byte[][] frames = Frames(3);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        Assert.Null(rig.Port.Fault);
        PacketAssert.SameFrames(frames, Drain(rx, arena, frames.Length));

        rig.EndPeer();

        Stopwatch waited = Stopwatch.StartNew();
        while (!rig.ShowsPeerEnded && waited.Elapsed < _patience)
        {
            rx.Receive(batch);
        }

        Assert.True(rig.ShowsPeerEnded);
        Assert.Equal(0, batch.Count);
        PacketBuffer[] buffers = Load(arena, frames);
        int taken = tx.Transmit(buffers);
        Assert.Equal(frames.Length - taken, arena.HeldCount);
    }

    [Fact]
    public void A_port_can_be_opened_again_after_it_was_disposed()
    {
        byte[][] frames = Frames(5);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketAssert.SameFrames(frames, Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length));
        IPort before = rig.Port;

        rig.Reopen();

        before.Dispose();
        PacketAssert.SameFrames(frames, Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length));
        Assert.Equal(1, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(9)])));
        PacketAssert.SameFrames([Frame(9)], rig.TakeSent(1));
    }

    [Fact]
    public void A_disposed_port_takes_and_gives_nothing()
    {
        using PortRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);

        rig.Port.Dispose();

        rx.Receive(batch);
        Assert.Equal(0, batch.Count);
        Assert.Equal(0, tx.Transmit(Load(arena, [Frame(1)])));
        Assert.Equal(1, arena.HeldCount);
        _ = rig.Port.Statistics;
    }

    [Fact]
    public void Statistics_count_what_went_through()
    {
        byte[][] frames = Frames(70);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        Assert.Equal(default, rig.Port.Statistics);

        Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length);
        rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, frames[..3]));

        Assert.Equal(new PortStatistics(frames.Length, 3, ReceiveOversize: 0), rig.Port.Statistics);
    }

    [Fact]
    public void Bursts_allocate_nothing()
    {
        byte[][] frames = Frames(300);
        using PortRig rig = Open(frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        int moved = Echo(rx, tx, batch, 100);

        AllocationAssert.None("receive and transmit", () => moved += Echo(rx, tx, batch, 150));

        Assert.InRange(moved, 250, frames.Length);
    }

    [Fact]
    public void A_queue_exists_and_is_opened_once()
    {
        using PortRig rig = Open([]);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IPort port = rig.Port;
        port.OpenRxQueue(0, arena);
        port.OpenTxQueue(0, arena);

        Assert.Throws<InvalidOperationException>(() => port.OpenRxQueue(0, arena));
        Assert.Throws<InvalidOperationException>(() => port.OpenTxQueue(0, arena));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.OpenRxQueue(port.RxQueueCount, arena));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.OpenTxQueue(-1, arena));
    }

    [Fact]
    public void The_driver_is_in_the_catalog() =>
        Assert.Contains(PortDriverCatalog.Drivers, driver => driver.GetType() == Driver.GetType() && driver.Kind == Driver.Kind);

    /// <summary>Copies frames into slots of an arena, as if they had been received.</summary>
    protected internal static PacketBuffer[] Load(PacketArena arena, IReadOnlyList<byte[]> frames) =>
    [
        .. frames.Select(frame =>
        {
            Assert.True(arena.TryRent(out int slot));
            frame.CopyTo(arena.Slot(slot)[PacketArena.HeadroomBytes..]);
            arena.Origin(slot) = default;
            return new PacketBuffer { Slot = slot, Start = PacketArena.HeadroomBytes, Length = frame.Length, WireLength = frame.Length };
        }),
    ];

    /// <summary>Receives so many frames if they come at all, and gives their slots back.</summary>
    protected internal static List<byte[]> Drain(IRxQueue queue, PacketArena arena, int count, TimeSpan? patience = null)
    {
        PacketBatch batch = new(arena);
        List<byte[]> frames = [];
        Stopwatch waited = Stopwatch.StartNew();
        while (frames.Count < count && waited.Elapsed < (patience ?? _patience))
        {
            queue.Receive(batch);
            frames.AddRange(TakeFrames(batch));
        }

        return frames;
    }

    private static void ReceiveUntil(IRxQueue queue, PacketBatch batch, int count)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (batch.Count < count && waited.Elapsed < _patience)
        {
            queue.Receive(batch);
        }
    }

    private static List<byte[]> TakeFrames(PacketBatch batch)
    {
        List<byte[]> frames = [];
        foreach (PacketBuffer buffer in batch.Buffers)
        {
            frames.Add(batch.Arena.Frame(buffer).ToArray());
            batch.Arena.Return(buffer.Slot);
        }

        batch.Begin(0);
        return frames;
    }

    // Sends back what comes, as a worker would; allocates nothing itself.
    private static int Echo(IRxQueue rx, ITxQueue tx, PacketBatch batch, int count)
    {
        int moved = 0;
        long deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (moved < count && Environment.TickCount64 < deadline)
        {
            rx.Receive(batch);
            moved += batch.Count;
            for (int row = tx.Transmit(batch.Buffers); row < batch.Count; row++)
            {
                batch.Arena.Return(batch.Buffers[row].Slot);
            }

            batch.Begin(0);
        }

        return moved;
    }
}
