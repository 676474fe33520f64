using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Ports.Memory;
using NetworkingSfc.Dataplane.Ports.Vlan;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Ports.Vlan;

/// <summary>One port divided by VLAN tag: bytes on the wire of the carrier against bytes inside the forwarder.</summary>
public sealed class VlanTrunkTests : IDisposable
{
    private readonly MemoryPort _wire = (MemoryPort)PortDriverCatalog.Open("memory", new Dictionary<string, string> { ["frames"] = "128" });
    private readonly PacketArena _arena = new(256, 2048);
    private readonly PacketBatch _batch;

    public VlanTrunkTests() => _batch = new PacketBatch(_arena);

    public void Dispose()
    {
        _wire.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Each_vlan_receives_its_frames_without_their_tag()
    {
        using VlanTrunk trunk = new(_wire);
        IRxQueue[] queues = [.. new[] { VlanTrunk.Untagged, 10, 4094 }.Select(id => trunk.Port(id).OpenRxQueue(0, _arena))];
        PacketBuilder link = new PacketBuilder().Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01");
        PacketBuilder ip = new PacketBuilder().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(9);
        (PacketBuilder Wire, int Queue, PacketBuilder Inside)[] rows =
        [
            (link.Append(ip), 0, link.Append(ip)),
            (link.Vlan(10).Append(ip), 1, link.Append(ip)),
            (link.Vlan(10, priority: 7).Vlan(20).Append(ip), 1, link.Vlan(20).Append(ip)),
            (link.Vlan(4094).Payload(0), 2, link.Payload(0)),
            (link.Vlan(0, priority: 5).Append(ip), 0, link.Vlan(0, priority: 5).Append(ip)),
            (link.Vlan(10, tpid: 0x88a8).Append(ip), 0, link.Vlan(10, tpid: 0x88a8).Append(ip)),
        ];
        foreach ((PacketBuilder wire, int queue, PacketBuilder inside) in rows)
        {
            Assert.True(_wire.Inject(0, wire.Build(), wire.Build().Length));
            for (int i = 0; i < queues.Length; i++)
            {
                byte[][] received = Receive(queues[i]);
                Assert.Equal(i == queue ? 1 : 0, received.Length);
                if (i == queue)
                {
                    PacketAssert.Equal(inside.Build(), received[0], $"in queue {queue}");
                }
            }
        }

        Assert.Equal([3, 2, 1], new[] { VlanTrunk.Untagged, 10, 4094 }.Select(id => trunk.Port(id).Statistics.ReceivedPackets));
        Assert.Equal(_arena.SlotCount, _arena.FreeCount);
    }

    [Fact]
    public void Frames_of_no_port_are_counted_and_thrown_away()
    {
        using VlanTrunk trunk = new(_wire);
        IRxQueue ten = trunk.Port(10).OpenRxQueue(0, _arena);
        PacketBuilder link = new PacketBuilder().Ethernet();

        // Another id, the id that means nothing, no tag where there is no port for that, and a port that nobody has opened.
        foreach (PacketBuilder frame in new[] { link.Vlan(12), link.Vlan(4095), link, link.Vlan(11), link.Vlan(10) })
        {
            byte[] bytes = frame.Payload(46).Build();
            _wire.Inject(0, bytes, bytes.Length);
        }

        Assert.Single(Receive(ten));
        Assert.Equal((4, _arena.SlotCount), (trunk.UnknownFrames, _arena.FreeCount));
    }

    [Fact]
    public void Frames_of_a_vlan_are_sent_with_its_tag_and_others_as_they_are()
    {
        using VlanTrunk trunk = new(_wire);
        PacketBuilder link = new PacketBuilder().Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01");
        PacketBuilder ip = new PacketBuilder().Ipv4("10.0.0.1", "10.0.0.2").Tcp(1, 2).Payload(9);
        ITxQueue ten = trunk.Port(10).OpenTxQueue(0, _arena);
        ITxQueue untagged = trunk.Port(VlanTrunk.Untagged).OpenTxQueue(0, _arena);
        Assert.Equal(3, ten.Transmit([Buffer(link.Append(ip)), Buffer(link.Vlan(20).Append(ip)), Buffer(link.Payload(0))]));
        Assert.Equal(1, untagged.Transmit([Buffer(link.Append(ip))]));
        PacketAssert.Equal(link.Vlan(10).Append(ip).Build(), Taken(), "tagged");
        PacketAssert.Equal(link.Vlan(10).Vlan(20).Append(ip).Build(), Taken(), "tagged twice");
        Assert.Equal([.. link.Vlan(10).Build().Take(16)], [.. Taken().Take(16)]);
        PacketAssert.Equal(link.Append(ip).Build(), Taken(), "untagged");
        Assert.Equal((3, 1), (trunk.Port(10).Statistics.SentPackets, trunk.Port(VlanTrunk.Untagged).Statistics.SentPackets));
        Assert.Equal(_arena.SlotCount, _arena.FreeCount);
    }

    [Fact]
    public void What_the_carrier_does_not_take_stays_as_it_was()
    {
        using VlanTrunk trunk = new(_wire);
        ITxQueue ten = trunk.Port(10).OpenTxQueue(0, _arena);
        byte[] frame = new PacketBuilder().Ethernet().Payload(50).Build();
        PacketBuffer[] buffers = [.. Enumerable.Range(0, 130).Select(_ => Buffer(frame))];
        Assert.Equal(128, ten.Transmit(buffers));
        foreach (PacketBuffer left in buffers[128..])
        {
            Assert.Equal(frame, _arena.Frame(left).ToArray());
            _arena.Return(left.Slot);
        }

        Assert.Equal(_arena.SlotCount, _arena.FreeCount);
    }

    [Fact]
    public void A_frame_too_short_for_a_tag_is_refused_and_does_not_hold_up_the_next()
    {
        using VlanTrunk trunk = new(_wire);
        byte[] frame = new PacketBuilder().Ethernet().Payload(50).Build();
        Assert.Equal(3, trunk.Port(10).OpenTxQueue(0, _arena).Transmit([Buffer(frame), Buffer(frame[..13]), Buffer(frame)]));
        Assert.Equal((2, 1), (trunk.Port(10).Statistics.SentPackets, trunk.Port(10).Statistics.SendRefused));
        Assert.Equal(_arena.SlotCount, _arena.FreeCount);
    }

    [Fact]
    public void Any_bytes_are_received_as_they_are_or_without_a_tag()
    {
        Random random = new(3);
        using VlanTrunk trunk = new(_wire);
        IRxQueue[] queues = [trunk.Port(VlanTrunk.Untagged).OpenRxQueue(0, _arena), trunk.Port(10).OpenRxQueue(0, _arena)];
        byte[] tagged = new PacketBuilder().Ethernet().Vlan(10).Payload(50).Build();
        for (int round = 0; round < 2_000; round++)
        {
            byte[] frame = tagged[..random.Next(30)];
            if (frame.Length > 0 && random.Next(2) == 0)
            {
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
            }

            _wire.Inject(0, frame, frame.Length);
            int found = queues.Sum(queue => Receive(queue).Sum(received => received.Length == frame.Length || received.Length == frame.Length - 4 ? 1 : 100));
            Assert.InRange(found, 0, 1);
        }

        Assert.Equal(_arena.SlotCount, _arena.FreeCount);
    }

    [Fact]
    public void A_burst_for_one_vlan_waits_for_it_and_is_not_lost()
    {
        using VlanTrunk trunk = new(_wire);
        IRxQueue ten = trunk.Port(10).OpenRxQueue(0, _arena);
        IRxQueue eleven = trunk.Port(11).OpenRxQueue(0, _arena);
        byte[] frame = new PacketBuilder().Ethernet().Vlan(11).Payload(50).Build();
        for (int number = 0; number < 128; number++)
        {
            Assert.True(_wire.Inject(0, frame, frame.Length));
        }

        Assert.Empty(Receive(ten));
        Assert.Empty(Receive(ten));
        Assert.Equal(PacketBatch.Capacity, Receive(eleven).Length);
        Assert.Equal(PacketBatch.Capacity, Receive(eleven).Length);
        Assert.Empty(Receive(eleven));
    }

    [Fact]
    public void Bursts_that_another_vlan_takes_from_the_carrier_find_room_one_after_the_other()
    {
        using VlanTrunk trunk = new(_wire);
        IRxQueue ten = trunk.Port(10).OpenRxQueue(0, _arena);
        IRxQueue eleven = trunk.Port(11).OpenRxQueue(0, _arena);
        byte[] frame = new PacketBuilder().Ethernet().Vlan(11).Payload(50).Build();
        foreach (int burst in new[] { PacketBatch.Capacity, 1, PacketBatch.Capacity, 3 })
        {
            for (int number = 0; number < burst; number++)
            {
                Assert.True(_wire.Inject(0, frame, frame.Length));
            }

            Assert.Empty(Receive(ten));
            Assert.Equal(burst, Receive(eleven).Length);
        }

        // What still waits when the share is closed goes back.
        _wire.Inject(0, frame, frame.Length);
        Assert.Empty(Receive(ten));
        eleven.Close();
        Assert.Equal((1, _arena.SlotCount), (trunk.UnknownFrames, _arena.FreeCount));
    }

    [Fact]
    public void A_vlan_that_is_closed_does_not_hold_up_the_others_and_can_be_opened_again()
    {
        using VlanTrunk trunk = new(_wire);
        IPort first = trunk.Port(10);
        IRxQueue ten = first.OpenRxQueue(0, _arena);
        IRxQueue eleven = trunk.Port(11).OpenRxQueue(0, _arena);
        byte[] forTen = new PacketBuilder().Ethernet().Vlan(10).Payload(50).Build();
        byte[] forEleven = new PacketBuilder().Ethernet().Vlan(11).Payload(51).Build();
        _wire.Inject(0, forTen, forTen.Length);
        Assert.Empty(Receive(eleven));

        // One waits for VLAN 10, nobody will take it, and one more comes.
        ten.Close();
        first.Dispose();
        _wire.Inject(0, forEleven, forEleven.Length);
        _wire.Inject(0, forTen, forTen.Length);
        Assert.Single(Receive(eleven));
        Assert.Equal((2, _arena.SlotCount), (trunk.UnknownFrames, _arena.FreeCount));

        ten = trunk.Port(10).OpenRxQueue(0, _arena);
        first.Dispose();
        _wire.Inject(0, forTen, forTen.Length);
        Assert.Single(Receive(ten));
        Assert.Equal((0, 1), (first.Statistics.ReceivedPackets, trunk.Port(10).Statistics.ReceivedPackets));
    }

    [Fact]
    public void Queues_are_opened_once_and_by_one_worker()
    {
        using VlanTrunk trunk = new(_wire);
        using PacketArena other = new(64, 2048);
        trunk.Port(10).OpenRxQueue(0, _arena);
        Assert.Throws<InvalidOperationException>(() => trunk.Port(10).OpenRxQueue(0, _arena));
        Assert.Throws<InvalidOperationException>(() => trunk.Port(11).OpenRxQueue(0, other));
        Assert.Throws<ArgumentOutOfRangeException>(() => trunk.Port(4095));
    }

    [Fact]
    public void Networks_on_one_trunk_do_not_mix()
    {
        // Two networks that learn, each with a VLAN of the trunk and a port of its own.
        SteeringDefinition definition = new()
        {
            Generation = 1,
            Networks = [new NetworkDefinition(-1, Learns: true), new NetworkDefinition(-1, Learns: true)],
            Ports = [.. Enumerable.Range(0, 4).Select(number => new PortDefinition(number % 2, new(0x0200_0000_0000 + (ulong)number), [], 0, -1))],
        };
        using Worker worker = new(new SnapshotCell(SteeringSnapshotBuilder.Build(definition)), 256, 2048);
        using VlanTrunk trunk = new(_wire);
        List<SentFrame> sent = [];
        TestPort[] own = [new TestPort(2, sent.Add), new TestPort(3, sent.Add)];
        worker.Attach(0, trunk.Port(10), 0);
        worker.Attach(1, trunk.Port(11), 0);
        worker.Attach(2, own[0], 0);
        worker.Attach(3, own[1], 0);
        PacketBuilder Frame(ushort? vlan, string to, string from)
        {
            PacketBuilder link = new PacketBuilder().Ethernet(to, from);
            return (vlan is ushort id ? link.Vlan(id) : link).Ipv4("192.0.2.1", "192.0.2.2").Udp(1, 2).Payload(20);
        }

        byte[] question = Frame(11, "ff:ff:ff:ff:ff:ff", "02:00:00:00:aa:01").Build();
        _wire.Inject(0, question, question.Length);
        worker.RunOnce();
        Assert.Equal(3, Assert.Single(sent).Port);
        PacketAssert.Equal(Frame(null, "ff:ff:ff:ff:ff:ff", "02:00:00:00:aa:01").Build(), sent[0].Bytes, "inside");
        own[1].Inject(Frame(null, "02:00:00:00:aa:01", "02:00:00:00:aa:02").Build());
        own[0].Inject(Frame(null, "02:00:00:00:aa:01", "02:00:00:00:aa:03").Build());
        worker.RunOnce();
        PacketAssert.Equal(Frame(10, "02:00:00:00:aa:01", "02:00:00:00:aa:03").Build(), Taken(), "flooded in the other network");
        PacketAssert.Equal(Frame(11, "02:00:00:00:aa:01", "02:00:00:00:aa:02").Build(), Taken(), "learned");
        Assert.Single(sent);
    }

    [Fact]
    public void Dividing_a_port_allocates_nothing_for_each_frame()
    {
        byte[] frame = new PacketBuilder().Ethernet().Vlan(10).Payload(50).Build();
        LoadPort carrier = new(room =>
        {
            frame.CopyTo(room);
            return frame.Length;
        });
        using VlanTrunk trunk = new(carrier);
        IRxQueue ten = trunk.Port(10).OpenRxQueue(0, _arena);
        ITxQueue eleven = trunk.Port(11).OpenTxQueue(0, _arena);
        void Forward(int frames)
        {
            carrier.Budget = frames;
            do
            {
                _batch.Begin(0);
                ten.Receive(_batch);
                eleven.Transmit(_batch.Buffers);
            }
            while (_batch.Count > 0);
        }

        Forward(100);
        AllocationAssert.None("trunk", () => Forward(20_000));
        Assert.Equal(20_100, trunk.Port(11).Statistics.SentPackets);
    }

    private byte[][] Receive(IRxQueue queue)
    {
        _batch.Begin(0);
        queue.Receive(_batch);
        byte[][] frames = [.. Enumerable.Range(0, _batch.Count).Select(row => _arena.Frame(_batch.Buffers[row]).ToArray())];
        foreach (ref readonly PacketBuffer buffer in _batch.Buffers)
        {
            Assert.Equal(buffer.Length, buffer.WireLength);
            _arena.Return(buffer.Slot);
        }

        return frames;
    }

    private PacketBuffer Buffer(PacketBuilder frame) => Buffer(frame.Build());

    private PacketBuffer Buffer(byte[] frame)
    {
        Assert.True(_arena.TryRent(out int slot));
        frame.CopyTo(_arena.Slot(slot)[PacketArena.HeadroomBytes..]);
        return new PacketBuffer { Slot = slot, Start = PacketArena.HeadroomBytes, Length = frame.Length, WireLength = frame.Length, Member = PacketBuffer.NoMember };
    }

    private byte[] Taken()
    {
        byte[] room = new byte[_wire.FrameBytes];
        Assert.True(_wire.TryTake(0, room, out int length));
        return room[..length];
    }
}
