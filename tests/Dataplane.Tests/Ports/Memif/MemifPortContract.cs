using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Linux.Interop;
using NetworkingSfc.Dataplane.Ports.Memif;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Memif;

/// <summary>What a memif port keeps in either role, with a peer written from the protocol.</summary>
public abstract class MemifPortContract : PortDriverContract
{
    private const int JumboBytes = 9_000;

    protected override IPortDriver Driver => new MemifPortDriver();

    /// <summary>Whether the port is the server.</summary>
    protected abstract bool IsServer { get; }

    protected override PortRig Open(IReadOnlyList<byte[]> incoming) => new MemifRig(IsServer, incoming);

    protected override PortRig OpenCongested(int frameBytes) => new MemifRig(IsServer, [], log2Size: 7);

    [Fact]
    public void Frames_in_several_buffers_are_received_whole()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        byte[][] frames = Frames(60);
        for (int number = 0; number < frames.Length; number++)
        {
            Assert.True(rig.Peer.ToPort[0].TrySend(frames[number], parts: 1 + (number % 5)));
        }

        PacketAssert.SameFrames(frames, Drain(rig.Port.OpenRxQueue(0, arena), arena, frames.Length));
        Assert.Equal(new PortStatistics(frames.Length, 0, 0), rig.Port.Statistics);
    }

    [Fact]
    public void A_frame_longer_than_a_buffer_leaves_in_several()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, JumboBytes);
        byte[][] frames = [Frame(1), Frame(2, JumboBytes), Frame(3, MemifPeer.BufferBytes), Frame(4, MemifPeer.BufferBytes + 1)];

        Assert.Equal(frames.Length, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, frames)));

        List<int> parts = [];
        foreach (byte[] frame in frames)
        {
            Assert.True(rig.Peer.FromPort[0].TryTake(out byte[] taken, out int count));
            PacketAssert.Equal(frame, taken, $"frame of {frame.Length} bytes");
            parts.Add(count);
        }

        Assert.Equal([1, 5, 1, 2], parts);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void A_long_frame_waits_for_all_its_buffers()
    {
        using MemifRig rig = new(IsServer, [], log2Size: 3);
        using PacketArena arena = new(PacketBatch.Capacity, JumboBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        Assert.Equal(4, tx.Transmit(Load(arena, Frames(4))));
        PacketBuffer[] jumbo = Load(arena, [Frame(9, JumboBytes)]);

        Assert.Equal(0, tx.Transmit(jumbo));
        PacketAssert.SameFrames(Frames(4), rig.Peer.Take(4));
        Assert.Equal(1, tx.Transmit(jumbo));

        PacketAssert.SameFrames([Frame(9, JumboBytes)], rig.Peer.Take(1));
    }

    [Fact]
    public void A_frame_that_never_fits_the_ring_is_thrown_away_and_counted()
    {
        using MemifRig rig = new(IsServer, [], log2Size: 1);
        using PacketArena arena = new(PacketBatch.Capacity, JumboBytes);

        Assert.Equal(2, rig.Port.OpenTxQueue(0, arena).Transmit(Load(arena, [Frame(1, JumboBytes), Frame(2)])));

        PacketAssert.SameFrames([Frame(2)], rig.Peer.Take(1));
        Assert.Equal(new PortStatistics(0, 1, 0, SendRefused: 1), rig.Port.Statistics);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void Indices_pass_the_end_of_their_numbers()
    {
        const int Bursts = 1_200;
        using MemifRig rig = new(IsServer, [], log2Size: 7);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        byte[][] frames = Frames(60);
        for (int burst = 0; burst < Bursts; burst++)
        {
            Assert.All(frames, frame => Assert.True(rig.Peer.ToPort[0].TrySend(frame)));
            Assert.Equal(frames.Length, tx.Transmit(Load(arena, Drain(rx, arena, frames.Length))));
            PacketAssert.SameFrames(frames, rig.Peer.Take(frames.Length));
        }

        Assert.Equal(new PortStatistics(Bursts * 60, Bursts * 60, 0), rig.Port.Statistics);
    }

    [Fact]
    public void Rings_are_queues_and_apart()
    {
        using MemifRig rig = new(IsServer, [], rings: 3);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        Assert.Equal((3, 3), (rig.Port.RxQueueCount, rig.Port.TxQueueCount));
        for (int queue = 0; queue < 3; queue++)
        {
            Assert.True(rig.Peer.ToPort[queue].TrySend(Frame(queue)));
        }

        for (int queue = 2; queue >= 0; queue--)
        {
            PacketAssert.SameFrames([Frame(queue)], Drain(rig.Port.OpenRxQueue(queue, arena), arena, 1));
            Assert.Equal(1, rig.Port.OpenTxQueue(queue, arena).Transmit(Load(arena, [Frame(10 + queue)])));
            PacketAssert.SameFrames([Frame(10 + queue)], rig.Peer.Take(1, queue));
        }

        Assert.All(rig.Peer.FromPort, ring => Assert.False(ring.TryTake(out _, out _)));
    }

    [Fact]
    public void The_next_peer_gets_on_where_the_last_one_left()
    {
        byte[][] frames = Frames(5);
        using MemifRig rig = new(IsServer, frames);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        for (int peer = 1; peer <= 3; peer++)
        {
            PacketAssert.SameFrames(frames, Drain(rx, arena, frames.Length));
            Assert.Equal(frames.Length, tx.Transmit(Load(arena, frames)));
            PacketAssert.SameFrames(frames, rig.TakeSent(frames.Length));
            rig.ReplacePeer();
        }

        rig.EndPeer();
        MemifRig.AwaitFault(rig.Port, fault => fault is not null && fault.Contains("the peer has gone", StringComparison.Ordinal));
        Assert.Equal(new PortStatistics(15, 15, 0, ReceiveLost: 5), rig.Port.Statistics);
    }

    [Fact]
    public void The_peers_reason_to_leave_is_shown()
    {
        using MemifRig rig = new(IsServer, []);
        byte[] message = MemifPeer.Message(MemifPeer.Disconnect);
        "interface\nis being removed"u8.CopyTo(message.AsSpan(6));

        rig.Peer.Send(message);

        MemifRig.AwaitFault(rig.Port, fault => fault is not null && fault.Contains("'interface?is being removed'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_peer_that_sleeps_is_woken_and_one_that_polls_is_not()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        PeerRing ring = rig.Peer.FromPort[0];
        FileDescriptor interrupt = rig.Peer.Interrupts[IsServer ? 1 : 0];
        Span<DescriptorPoll.Entry> entries = [new() { Descriptor = interrupt.Number, Events = DescriptorPoll.Readable }];

        ring.Flags = 1;
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(1)])));
        Assert.False(DescriptorPoll.Wait(entries, 50));

        ring.Flags = 0;
        Assert.Equal(1, tx.Transmit(Load(arena, [Frame(2)])));
        Assert.True(DescriptorPoll.Wait(entries, 5_000));

        // The port itself polls and says so.
        Assert.Equal(1, rig.Peer.ToPort[0].Flags);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    [InlineData(30_000)]
    public void An_index_that_cannot_be_ends_the_connection(int jump)
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        PeerRing ring = rig.Peer.ToPort[0];
        ref ushort index = ref IsServer ? ref ring.Head : ref ring.Tail;
        Volatile.Write(ref index, (ushort)(index + jump));

        rig.Port.OpenRxQueue(0, arena).Receive(batch);

        Assert.Equal(0, batch.Count);
        MemifRig.AwaitFault(rig.Port, fault => fault is not null && fault.Contains("index", StringComparison.Ordinal));
        Assert.Equal(new PortStatistics(0, 0, 0, ReceiveInvalid: 1), rig.Port.Statistics);
        rig.ReplacePeer();
        Assert.Null(rig.Port.Fault);
    }

    [Fact]
    public void An_index_that_cannot_be_ends_the_connection_when_sending_too()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PeerRing ring = rig.Peer.FromPort[0];
        ref ushort index = ref IsServer ? ref ring.Head : ref ring.Tail;
        Volatile.Write(ref index, (ushort)(index + 1));
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);

        Assert.Equal(0, tx.Transmit(Load(arena, [Frame(1)])));

        MemifRig.AwaitFault(rig.Port, fault => fault is not null);
        Assert.Equal(1, rig.Port.Statistics.ReceiveInvalid);
        Assert.Equal(1, arena.HeldCount);
    }

    [Theory]
    [InlineData(1, 0u, 60u)]
    [InlineData(0xffff, 0u, 60u)]
    [InlineData(0, 0xffff_ffffu, 60u)]
    [InlineData(0, 0u, 0xffff_ffffu)]
    [InlineData(0, 0xffff_ffffu, 0xffff_ffffu)]
    [InlineData(0, 0u, 0u)]
    public void A_descriptor_outside_of_the_memory_is_skipped_and_counted(int region, uint start, uint length)
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PeerRing ring = rig.Peer.ToPort[0];
        ring.Describe(0, flags: 0, (ushort)region, length, start);
        ring.Advance(1);
        Assert.True(ring.TrySend(Frame(2)));
        ring.Describe(2, PeerRing.Next, (ushort)region, length, start);
        ring.Describe(3, flags: 0, (ushort)region, length, start);
        ring.Advance(2);
        Assert.True(ring.TrySend(Frame(3)));

        PacketAssert.SameFrames([Frame(2), Frame(3)], Drain(rig.Port.OpenRxQueue(0, arena), arena, 2));

        Assert.Equal(new PortStatistics(2, 0, 0, ReceiveInvalid: 2), rig.Port.Statistics);
        Assert.Null(rig.Port.Fault);
        Assert.Equal(0, arena.HeldCount);
    }

    [Fact]
    public void The_last_byte_of_the_memory_can_be_used_and_the_one_behind_it_not()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PeerRing ring = rig.Peer.ToPort[0];
        byte[] frame = Frame(5);
        uint last = (uint)(rig.Peer.Region.Length - frame.Length);
        frame.CopyTo(rig.Peer.Region.Span(last, frame.Length));
        ring.Describe(0, flags: 0, buffer: 0, (uint)frame.Length, last);
        ring.Describe(1, flags: 0, buffer: 0, (uint)frame.Length, last + 1);
        ring.Advance(2);

        PacketAssert.SameFrames([frame], Drain(rig.Port.OpenRxQueue(0, arena), arena, 1));

        Assert.Equal(new PortStatistics(1, 0, 0, ReceiveInvalid: 1), rig.Port.Statistics);
    }

    [Fact]
    public void A_chain_whose_end_has_not_come_waits_for_it()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        PeerRing ring = rig.Peer.ToPort[0];
        uint start = (uint)rig.Peer.Region.Length - 1_000;
        rig.Peer.Region.Span(start, 1_000).Fill(7);
        ring.Describe(0, PeerRing.Next, buffer: 0, 100, start);
        ring.Describe(1, flags: 0, buffer: 0, 50, start + 100);
        ring.Advance(1);
        rx.Receive(batch);
        Assert.Equal((0, 0), (batch.Count, arena.HeldCount));

        ring.Advance(1);
        rx.Receive(batch);

        Assert.Equal(150, batch.Buffers[0].Length);
        Assert.False(arena.Frame(batch.Buffers[0]).ContainsAnyExcept((byte)7));
    }

    [Fact]
    public void A_chain_without_an_end_is_skipped_and_costs_no_burst_more_than_its_share()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        PeerRing ring = rig.Peer.ToPort[0];
        for (int slot = 0; slot < ring.Size - 1; slot++)
        {
            ring.Slot(slot)[0] = (byte)PeerRing.Next;
            ring.Slot(slot)[4] = 1;
        }

        ring.Advance(1_000);
        PacketBatch batch = new(arena);
        IRxQueue rx = rig.Port.OpenRxQueue(0, arena);
        rx.Receive(batch);
        int left = 1_000 - (ushort)(IsServer ? ring.Tail : ring.Head - ring.Size);
        Assert.InRange(left, 1_000 - 256 - 64, 999);

        // Everything up to the end of the frame belongs to it; the one behind it is received.
        ring.Advance(23);
        ring.Slot(1_023)[0] = 0;
        ring.Advance(1);
        Assert.Empty(Drain(rx, arena, 1, TimeSpan.FromMilliseconds(50)));
        Assert.True(ring.TrySend(Frame(6)));
        PacketAssert.SameFrames([Frame(6)], Drain(rx, arena, 1));
        Assert.Equal(new PortStatistics(1, 0, 0, ReceiveInvalid: 1), rig.Port.Statistics);
    }

    [Fact]
    public void What_the_peer_writes_over_the_ring_while_the_port_has_it_does_no_harm()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        PeerRing ring = rig.Peer.FromPort[0];
        ring.Describe(0, flags: 0xffff, buffer: 9, 0xffff_ffff, 0xffff_fff0);
        PacketBuffer[] buffers = Load(arena, [Frame(1)]);

        if (IsServer)
        {
            // The buffer is the peer's: there is no other to put the frame into.
            Assert.Equal(0, tx.Transmit(buffers));
            MemifRig.AwaitFault(rig.Port, fault => fault is not null && fault.Contains("outside of its region", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(1, tx.Transmit(buffers));
            PacketAssert.SameFrames([Frame(1)], rig.Peer.Take(1));
        }

        Assert.Equal(IsServer ? 1 : 0, rig.Port.Statistics.ReceiveInvalid);
    }

    [Fact]
    public void A_peer_that_blocks_its_interrupt_stops_no_worker()
    {
        using MemifRig rig = new(IsServer, []);
        using PacketArena arena = new(PacketBatch.Capacity, FrameBytes);
        ITxQueue tx = rig.Port.OpenTxQueue(0, arena);
        FileDescriptor interrupt = rig.Peer.Interrupts[IsServer ? 1 : 0];
        PeerInterrupt.FillAndBlock(interrupt);
        rig.Peer.FromPort[0].Flags = 0;

        byte[][] frames = Frames(100);
        foreach (byte[] frame in frames)
        {
            Assert.Equal(1, tx.Transmit(Load(arena, [frame])));
        }

        PacketAssert.SameFrames(frames, rig.Peer.Take(frames.Length));
        rig.Peer.Dispose();
        MemifRig.AwaitFault(rig.Port, fault => fault is not null);
    }
}
