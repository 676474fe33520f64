using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memory;

public sealed class MemoryPortTests : PortDriverContract
{
    protected override IPortDriver Driver => new MemoryPortDriver();

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new MemoryRig(incoming);

    protected override PortRig OpenCongested(int frameBytes) => new MemoryRig([], frames: 128);

    [Fact]
    public void A_full_ring_takes_more_when_the_peer_has_taken()
    {
        using MemoryPort port = OpenPort(("frames", "4"));
        using PacketArena arena = new(8, FrameBytes);
        ITxQueue queue = port.OpenTxQueue(0, arena);
        byte[][] frames = Frames(6);
        PacketBuffer[] buffers = Load(arena, frames);

        Assert.Equal(4, queue.Transmit(buffers));
        Assert.Equal(0, queue.Transmit(buffers.AsSpan(4)));
        PacketAssert.SameFrames(frames[..4], MemoryRig.TakeSent(port, 0));
        Assert.Equal(2, queue.Transmit(buffers.AsSpan(4)));
        PacketAssert.SameFrames(frames[4..], MemoryRig.TakeSent(port, 0));
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Injecting_into_a_full_ring_is_refused()
    {
        using MemoryPort port = OpenPort(("frames", "4"));
        using PacketArena arena = new(8, FrameBytes);
        byte[][] frames = Frames(5);
        Assert.All(frames[..4], frame => Assert.True(port.Inject(0, frame, frame.Length)));

        Assert.False(port.Inject(0, frames[4], frames[4].Length));

        PacketAssert.SameFrames(frames[..4], Drain(port.OpenRxQueue(0, arena), arena, 4));
        Assert.True(port.Inject(0, frames[4], frames[4].Length));
    }

    [Fact]
    public void A_frame_captured_short_keeps_its_length_on_the_wire()
    {
        using MemoryPort port = OpenPort();
        using PacketArena arena = new(8, FrameBytes);
        PacketBatch batch = new(arena);
        Assert.True(port.Inject(0, Frame(1), wireLength: 1000));

        port.OpenRxQueue(0, arena).Receive(batch);

        Assert.Equal((60, 1000), (batch.Buffers[0].Length, batch.Buffers[0].WireLength));
    }

    [Fact]
    public void A_frame_too_long_for_the_peer_is_thrown_away_and_does_not_hold_up_others()
    {
        using MemoryPort port = OpenPort(("frame_bytes", "100"));
        using PacketArena arena = new(8, FrameBytes);

        Assert.Equal(3, port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1), Frame(2, 101), Frame(3, 100)])));

        PacketAssert.SameFrames([Frame(1), Frame(3, 100)], MemoryRig.TakeSent(port, 0));
        Assert.Equal(new PortStatistics(0, 2, 0, SendRefused: 1), port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Frames_sent_before_the_peer_left_are_still_received()
    {
        using MemoryPort port = OpenPort();
        using PacketArena arena = new(8, FrameBytes);
        byte[] frame = Frame(1);
        port.Inject(0, frame, frame.Length);

        port.ClosePeer();

        Assert.False(port.Inject(0, frame, frame.Length));
        PacketAssert.SameFrames([frame], Drain(port.OpenRxQueue(0, arena), arena, 1));
        Assert.Equal(0, port.OpenTxQueue(0, arena).Transmit(Load(arena, [frame])));
        Assert.NotNull(port.Fault);
    }

    [Fact]
    public void Queues_are_apart()
    {
        using MemoryPort port = OpenPort(("queues", "3"));
        using PacketArena arena = new(8, FrameBytes);
        port.Inject(2, Frame(2), 60);

        Assert.Equal((3, 3), (port.RxQueueCount, port.TxQueueCount));
        Assert.Empty(DrainOnce(port.OpenRxQueue(0, arena), arena));
        PacketAssert.SameFrames([Frame(2)], Drain(port.OpenRxQueue(2, arena), arena, 1));
        Assert.Equal(1, port.OpenTxQueue(1, arena).Transmit(Load(arena, [Frame(1)])));
        Assert.Empty(MemoryRig.TakeSent(port, 0));
        PacketAssert.SameFrames([Frame(1)], MemoryRig.TakeSent(port, 1));
    }

    [Fact]
    public void Taking_into_a_short_buffer_leaves_the_frame_there()
    {
        using MemoryPort port = OpenPort();
        using PacketArena arena = new(8, FrameBytes);
        port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1)]));

        Assert.Throws<ArgumentException>(() => port.TryTake(0, new byte[59], out _));

        PacketAssert.SameFrames([Frame(1)], MemoryRig.TakeSent(port, 0));
    }

    [Theory]
    [InlineData(-1, 60, 60)]
    [InlineData(1, 60, 60)]
    [InlineData(0, 2049, 2049)]
    [InlineData(0, 60, 59)]
    public void Injecting_what_cannot_be_is_an_error_of_the_caller(int queue, int length, int wireLength)
    {
        using MemoryPort port = OpenPort();
        Assert.Throws<ArgumentOutOfRangeException>(() => port.Inject(queue, new byte[length], wireLength));
    }

    /// <summary>Through rings far smaller than the number of frames, so that positions pass every slot many times.</summary>
    [Fact]
    public void Frames_pass_between_threads_whole_and_in_order()
    {
        int count = LongRun.Scale(2_000_000);
        using MemoryPort port = OpenPort(("frames", "32"), ("frame_bytes", "64"));
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(60));
        Thread worker = new(() => EchoUntil(port, stop.Token));
        worker.Start();

        byte[] sent = new byte[64];
        byte[] taken = new byte[64];
        int injected = 0;
        int received = 0;
        while (received < count && !stop.IsCancellationRequested)
        {
            BitConverter.TryWriteBytes(sent, injected);
            sent.AsSpan(4).Fill((byte)injected);
            bool moved = injected < count && port.Inject(0, sent, sent.Length);
            injected += moved ? 1 : 0;
            if (port.TryTake(0, taken, out int length))
            {
                Assert.Equal((64, received), (length, BitConverter.ToInt32(taken)));
                Assert.False(taken.AsSpan(4).ContainsAnyExcept((byte)received));
                received++;
                moved = true;
            }

            if (!moved)
            {
                Thread.Yield();
            }
        }

        bool isWhole = received == count;
        stop.Cancel();
        worker.Join();
        Assert.True(isWhole, $"{received} of {count} frames came back");
    }

    [Theory]
    [InlineData("frames", "3", "powers of two")]
    [InlineData("frames", "0", "2 to 65536")]
    [InlineData("queues", "65", "1 to 64")]
    [InlineData("queues", "one", "whole numbers")]
    [InlineData("frame_bytes", "-1", "64 to 262144")]
    public void A_setting_that_cannot_be_used_is_explained(string name, string value, string accepted)
    {
        PortOpenException refused = Assert.Throws<PortOpenException>(() => OpenPort((name, value)));
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(accepted, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_larger_than_memory_should_give_is_refused() =>
        Assert.Throws<PortOpenException>(() => OpenPort(("frames", "65536"), ("frame_bytes", "262144")));

    private static MemoryPort OpenPort(params (string Name, string Value)[] settings) =>
        (MemoryPort)PortDriverCatalog.Open("memory", settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    private static List<byte[]> DrainOnce(IRxQueue queue, PacketArena arena)
    {
        PacketBatch batch = new(arena);
        queue.Receive(batch);
        return [.. Enumerable.Range(0, batch.Count).Select(row => arena.Frame(batch.Buffers[row]).ToArray())];
    }

    private static void EchoUntil(MemoryPort port, CancellationToken stop)
    {
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = port.OpenRxQueue(0, arena);
        ITxQueue tx = port.OpenTxQueue(0, arena);
        while (!stop.IsCancellationRequested)
        {
            rx.Receive(batch);
            int sent = 0;
            while (sent < batch.Count && !stop.IsCancellationRequested)
            {
                int taken = tx.Transmit(batch.Buffers[sent..]);
                sent += taken;
                if (taken == 0)
                {
                    Thread.Yield();
                }
            }

            if (batch.Count == 0)
            {
                Thread.Yield();
            }

            batch.Begin(0);
        }
    }
}
