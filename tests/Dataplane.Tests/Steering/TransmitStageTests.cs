using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>The last step: MTU, queues that are full or missing, order, and frames that were captured short.</summary>
public sealed class TransmitStageTests
{
    private const int Mtu = 100;

    /// <summary>What the hop wants, the tags of the frame, and the bytes that the header adds to what the MTU limits.</summary>
    public static TheoryData<EncapsulationKind, string, int> Limits => new()
    {
        { EncapsulationKind.Plain, "IPv4 TCP", 0 },
        { EncapsulationKind.Plain, "IPv4 in a VLAN", 0 },
        { EncapsulationKind.Plain, "IPv4 in two VLANs", 0 },
        { EncapsulationKind.Mpls, "IPv4 TCP", 4 },
        { EncapsulationKind.Mpls, "IPv4 in a VLAN", 4 },
        { EncapsulationKind.Mpls, "IPv4 in two VLANs", 4 },

        // The outermost Ethernet header is ours then: the inner one counts, with its tags.
        { EncapsulationKind.Nsh, "IPv4 TCP", 24 + 14 },
        { EncapsulationKind.Nsh, "IPv4 in a VLAN", 24 + 14 + 4 },
        { EncapsulationKind.Nsh, "IPv4 in two VLANs", 24 + 14 + 8 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Frame_that_just_fits_the_mtu_is_sent_and_one_byte_more_is_too_long(EncapsulationKind wants, string frameName, int added)
    {
        TestChain chain = TestChain.Of(wants);
        using TestEngine engine = new(WithMtu(chain, chain.Input(1)));
        TestFrame frame = TestFrame.Named(frameName);

        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, OfIpBytes(frame, Mtu - added)).Port);
        engine.AssertDropped(TestChain.Source, OfIpBytes(frame, Mtu - added + 1), DropReason.TooLong);
    }

    [Theory]
    [InlineData(EncapsulationKind.Nsh, EncapsulationKind.Nsh, 24 + 14 + 4)]
    [InlineData(EncapsulationKind.Nsh, EncapsulationKind.Mpls, 4)]
    [InlineData(EncapsulationKind.Nsh, EncapsulationKind.Plain, 0)]
    [InlineData(EncapsulationKind.Mpls, EncapsulationKind.Nsh, 24 + 14 + 4)]
    [InlineData(EncapsulationKind.Mpls, EncapsulationKind.Mpls, 4)]
    [InlineData(EncapsulationKind.Mpls, EncapsulationKind.Plain, 0)]
    public void Mtu_of_a_later_hop_is_compared_with_the_frame_as_it_is_sent_there(EncapsulationKind carries, EncapsulationKind wants, int added)
    {
        TestChain chain = TestChain.Of(carries, wants);
        using TestEngine engine = new(WithMtu(chain, chain.Input(2)));
        byte[] Returned(int ipBytes) => TestFunction.Return(engine.Forward(TestChain.Source, OfIpBytes(TestFrame.Tagged, ipBytes)).Bytes, carries);

        Assert.Equal(chain.Input(2), engine.Forward(chain.Output(1), Returned(Mtu - added)).Port);
        engine.AssertDropped(chain.Output(1), Returned(Mtu - added + 1), DropReason.TooLong);
    }

    [Theory]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    [InlineData(EncapsulationKind.Plain)]
    public void Mtu_applies_to_frames_behind_their_path_and_in_no_chain(EncapsulationKind last)
    {
        TestChain chain = TestChain.Of(last) with { Rules = [new(0x0800)] };
        using TestEngine engine = new(WithMtu(chain, TestChain.Destination));
        byte[] fits = engine.Forward(TestChain.Source, OfIpBytes(TestFrame.Tagged, Mtu)).Bytes;
        byte[] tooLong = engine.Forward(TestChain.Source, OfIpBytes(TestFrame.Tagged, Mtu + 1)).Bytes;

        Assert.Equal(TestChain.Destination, engine.Forward(chain.Output(1), TestFunction.Return(fits, last)).Port);
        engine.AssertDropped(chain.Output(1), TestFunction.Return(tooLong, last), DropReason.TooLong);
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Uplink, OfIpBytes(TestFrame.Tagged, Mtu)).Port);
        engine.AssertDropped(TestChain.Uplink, OfIpBytes(TestFrame.Tagged, Mtu + 1), DropReason.TooLong);
    }

    [Fact]
    public void Tags_beyond_what_the_parser_enters_do_not_make_the_ones_before_count()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(WithMtu(chain, TestChain.Destination));
        PacketBuilder frame = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination));
        for (int tag = 0; tag < 30; tag++)
        {
            frame = frame.Vlan(1);
        }

        // 134 bytes, but no more than 40 of them behind the tags that are entered.
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, frame.Build()).Port);
    }

    [Fact]
    public void Header_that_does_not_fit_the_headroom_is_too_long()
    {
        using PacketArena arena = new(1, 256);

        // A frame at the very start of its slot, which no driver does: there is room for neither header.
        foreach (EncapsulationKind wants in new[] { EncapsulationKind.Nsh, EncapsulationKind.Mpls })
        {
            PacketBuffer buffer = new() { Slot = 0, Start = 3, Length = 60 };
            DropReason reason = EncapsulationCatalog.Insert(wants, arena.Slot(0), ref buffer, ipOffset: 14, default, new Dataplane.Wire.MacAddress(1));

            Assert.Equal(DropReason.TooLong, reason);
            Assert.Equal(3, buffer.Start);
        }
    }

    [Fact]
    public void Queue_that_is_full_takes_what_it_has_room_for_and_the_rest_is_dropped()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition());
        engine.Port(chain.Input(1)).Room = 2;
        for (int i = 0; i < 5; i++)
        {
            engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Trailer((byte)i).Build());
        }

        IReadOnlyList<SentFrame> sent = engine.Run();

        Assert.Equal([0, 1], sent.Select(frame => (int)frame.Bytes[^1]));
        Assert.Equal(3, engine.Dropped(DropReason.TxQueueFull));
        Assert.Equal(2, engine.Counters.Steered[0].Packets);
    }

    [Fact]
    public void Port_that_nothing_is_attached_to_is_a_drop_of_its_own()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition(), unattached: [chain.Input(1)]);

        engine.AssertDropped(TestChain.Source, TestFrame.Ipv4.Original().Build(), DropReason.PortNotAttached);
        Assert.Equal(0, engine.Counters.Steered[0].Packets);
    }

    [Fact]
    public void Port_whose_attachment_is_not_open_is_a_drop_of_its_own()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        SteeringDefinition definition = chain.Definition();
        int input = chain.Input(1);
        PortAttachment attachment = new("sf", new PortDevice("tap", []));
        using TestEngine engine = new(
            definition with { Ports = definition.Ports.SetItem(input, definition.Ports[input] with { Attachment = attachment }) }, unattached: [input]);

        engine.AssertDropped(TestChain.Source, TestFrame.Ipv4.Original().Build(), DropReason.PortDown);
    }

    [Fact]
    public void Slots_that_a_queue_keeps_are_sent_and_not_held_by_the_worker()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition());
        engine.Port(chain.Input(1)).KeepsSlots = true;

        engine.Forward(TestChain.Source, TestFrame.Ipv4.Original().Build());

        Assert.Equal(1, engine.Worker.Arena.HeldCount);
        engine.Port(chain.Input(1)).ReleaseSlots();
        Assert.Equal(0, engine.Worker.Arena.HeldCount);
    }

    [Fact]
    public void Arena_without_free_slots_leaves_frames_at_the_port_until_there_are_some()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition(), slotCount: PacketBatch.Capacity);
        engine.Port(chain.Input(1)).KeepsSlots = true;
        for (int i = 0; i < PacketBatch.Capacity + 3; i++)
        {
            engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        Assert.Equal(PacketBatch.Capacity, engine.Run().Count);
        Assert.Equal(3, engine.Port(TestChain.Source).WaitingCount);
        engine.Port(chain.Input(1)).ReleaseSlots();
        Assert.Equal(3, engine.Run().Count);
    }

    [Fact]
    public void Frames_of_one_burst_keep_their_order_at_each_port()
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Nsh, 1, 1, 1)) { Rules = [new(0x0800)] };
        using TestEngine engine = new(chain.Definition());
        for (int i = 0; i < 200; i++)
        {
            PacketBuilder link = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination));
            PacketBuilder frame = i % 3 == 0 ? link.Payload(50) : link.Ipv4($"10.1.{i % 7}.1", "10.0.0.2").Udp((ushort)(i % 11), 5);
            engine.Inject(TestChain.Source, frame.Trailer((byte)i).Build());
        }

        IReadOnlyList<SentFrame> sent = engine.Run();

        Assert.Equal(200, sent.Count);
        Assert.Equal(4, sent.Select(frame => frame.Port).Distinct().Count());
        foreach (IGrouping<int, SentFrame> port in sent.GroupBy(frame => frame.Port))
        {
            int[] numbers = [.. port.Select(frame => (int)frame.Bytes[^1])];
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Theory]
    [InlineData(TestChain.Source)]
    [InlineData(TestChain.Uplink)]
    public void Frame_captured_short_is_received_and_dropped(int port)
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        byte[] frame = TestFrame.Ipv4.Original().Build();

        engine.AssertDropped(port, frame, DropReason.CapturedShort, wireLength: frame.Length + 1);

        Assert.Equal(frame.Length + 1, engine.Counters.ReceivedByPort[port].Bytes);
        engine.AssertDropped(port, frame[..5], DropReason.CapturedShort, wireLength: frame.Length);
    }

    [Fact]
    public void Group_with_nobody_and_group_where_all_weigh_0_are_empty()
    {
        foreach (TestHop hop in Enum.GetValues<EncapsulationKind>().SelectMany(kind => new[] { new TestHop(kind), new TestHop(kind, 0, 0) }))
        {
            using TestEngine engine = new(new TestChain(hop).Definition());

            engine.AssertDropped(TestChain.Source, TestFrame.Ipv4.Original().Build(), DropReason.GroupEmpty);
            Assert.Equal(1, engine.Counters.Entered[0].Packets);
        }
    }

    private static SteeringDefinition WithMtu(TestChain chain, int port)
    {
        SteeringDefinition definition = chain.Definition();
        return definition with { Ports = definition.Ports.SetItem(port, definition.Ports[port] with { MtuBytes = Mtu }) };
    }

    private static byte[] OfIpBytes(TestFrame frame, int ipBytes)
    {
        const int Ipv4AndUdpBytes = 28;
        return frame.Tags(new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source)))
            .Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(ipBytes - Ipv4AndUdpBytes).Build();
    }
}
