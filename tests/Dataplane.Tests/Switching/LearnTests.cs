using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Switching;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Steering;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Wire;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Switching;

/// <summary>Networks that learn: who teaches, who is found, who gets floods. Port numbers are those of <see cref="Definition"/>.</summary>
public sealed class LearnTests
{
    private const int First = 0;
    private const int Second = 1;
    private const int Third = 2;
    private const int Ingress = 3;
    private const int Egress = 4;
    private const int Elsewhere = 5;
    private const string StationA = "02:00:00:00:aa:01";
    private const string StationB = "02:00:00:00:aa:02";
    private const string Broadcast = "ff:ff:ff:ff:ff:ff";

    [Fact]
    public void What_nobody_is_known_for_is_flooded_and_what_somebody_answered_for_is_not()
    {
        using TestEngine engine = new(Definition());
        byte[] question = Frame(StationB, StationA).Build();
        Sent(engine, First, question, Second, Third);
        Assert.Equal(1, engine.Counters.Generated);
        Assert.Equal(First, engine.Forward(Second, Frame(StationA, StationB).Build()).Port);
        Assert.Equal(Second, engine.Forward(First, question).Port);
        Assert.Equal(1, engine.Counters.Generated);
    }

    [Theory]
    [InlineData(Broadcast)]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("33:33:00:00:00:01")]
    public void What_is_for_a_group_goes_to_all_ports_but_those_of_pairs(string group)
    {
        using TestEngine engine = new(Definition(uplink: Third));
        PacketBuilder frame = new PacketBuilder().Ethernet(group, StationA).Vlan(7).Ipv4("10.0.0.9", TestChain.Ipv4(Second)).Udp(1, 2).Payload(9);
        Sent(engine, First, frame.Build(), Second, Third);
        Sent(engine, Third, frame.Build(), First, Second);
        Sent(engine, Egress, frame.Build(), First, Second, Third);
    }

    [Fact]
    public void The_uplink_takes_the_unknown_and_what_comes_from_it_is_flooded()
    {
        using TestEngine engine = new(Definition(uplink: Third));
        Assert.Equal(Third, engine.Forward(First, Frame(StationB, StationA).Build()).Port);
        Sent(engine, Third, Frame("02:00:00:00:aa:09", StationB).Build(), First, Second);
        Assert.Equal(First, engine.Forward(Third, Frame(StationA, StationB).Build()).Port);
    }

    [Fact]
    public void Known_addresses_of_ports_come_first_are_never_learned_and_never_flooded()
    {
        using TestEngine engine = new(Definition());
        engine.Inject(Third, Frame(StationA, TestChain.Mac(First)).Build());
        engine.Run();
        Assert.Equal(First, engine.Forward(Second, Frame(TestChain.Mac(First), StationB).Build()).Port);
        engine.AssertDropped(First, Frame(TestChain.Mac(First), StationA).Build(), DropReason.NoDestination);
        Assert.Equal(Second, engine.Forward(First, new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", TestChain.Ipv4(Second)).Udp(1, 2).Build()).Port);
    }

    [Fact]
    public void A_station_at_the_port_that_the_frame_came_from_has_it_already()
    {
        using TestEngine engine = new(Definition());
        engine.Inject(First, Frame(StationA, StationB).Build());
        engine.Run();
        engine.AssertDropped(First, Frame(StationB, StationA).Build(), DropReason.SamePort);
    }

    [Theory]
    [InlineData("port of a pair", Ingress, StationA)]
    [InlineData("group as source", First, "03:00:00:00:aa:01")]
    [InlineData("no source", First, "00:00:00:00:00:00")]
    [InlineData("captured short", First, StationA)]
    public void Who_does_not_teach(string what, int port, string source)
    {
        using TestEngine engine = new(Definition());
        byte[] frame = Frame(StationB, source).Build();
        engine.Inject(port, frame, wireLength: what == "captured short" ? frame.Length + 1 : null);
        engine.Run();
        Sent(engine, Second, new PacketBuilder().Ethernet(source, StationB).Payload(50).Build(), First, Third);
    }

    [Fact]
    public void Frames_that_enter_a_chain_teach_and_what_ends_one_is_flooded_past_its_ports()
    {
        using TestEngine engine = new(WithChain());
        byte[] frame = new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", "192.0.2.1").Udp(1, 2).Build();
        SentFrame atFunction = engine.Forward(First, frame);
        Assert.Equal(Ingress, atFunction.Port);
        Assert.Equal(First, engine.Forward(Second, Frame(StationA, StationB).Build()).Port);

        // The function keeps the address it was sent to, which is known and not allowed: nobody else has it.
        engine.AssertDropped(Egress, atFunction.Bytes, DropReason.NoDestination);
        Sent(engine, Egress, frame[..6].Select(octet => (byte)(octet ^ 0x10)).Concat(frame[6..]).ToArray(), First, Second, Third);
    }

    [Fact]
    public void Who_asks_for_the_address_of_a_function_reaches_it()
    {
        using TestEngine engine = new(Definition());
        byte[] Arp(int asked, ushort operation = 1) => new PacketBuilder().Ethernet(Broadcast, StationA)
            .Arp(operation, StationA, "10.0.0.9", targetIp: TestChain.Ipv4(asked)).Build();
        byte[] Solicitation(int asked, byte type = 135) => new PacketBuilder().Ethernet("33:33:ff:00:00:01", StationA).Ipv6("fe80::9", "ff02::1:ff00:1")
            .Icmpv6(type).Payload(System.Net.IPAddress.Parse(TestChain.Ipv6(asked)).GetAddressBytes()).Build();
        Sent(engine, First, Arp(Ingress), Second, Third, Ingress);
        Sent(engine, First, Solicitation(Ingress), Second, Third, Ingress);
        Sent(engine, First, Arp(Ingress, operation: 2), Second, Third);
        Sent(engine, First, Solicitation(Ingress, type: 136), Second, Third);
        Sent(engine, First, Arp(Second), Second, Third);
        Sent(engine, First, Solicitation(Ingress)[..^1], Second, Third);

        // A function that passes the question on would get it again.
        Sent(engine, Egress, Arp(Ingress), First, Second, Third);
    }

    [Fact]
    public void Stations_age_by_the_clock()
    {
        StoppedClock clock = new();
        using TestEngine engine = new(Definition(), clock: clock);
        engine.Inject(Second, Frame(StationA, StationB).Build());
        engine.Run();
        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(Second, engine.Forward(First, Frame(StationB, StationA).Build()).Port);
        clock.Advance(TimeSpan.FromSeconds(1));
        Sent(engine, First, Frame(StationB, StationA).Build(), Second, Third);
    }

    [Fact]
    public void A_station_is_not_where_the_next_snapshot_has_no_such_port()
    {
        using TestEngine engine = new(Definition());
        engine.Inject(Second, Frame(StationA, StationB).Build());
        engine.Run();
        SteeringDefinition next = Definition();
        engine.Publish(next with { Generation = 2, Ports = next.Ports.SetItem(Second, next.Ports[Second] with { Network = 1 }) });
        Assert.Equal(Third, engine.Forward(First, Frame(StationB, StationA).Build()).Port);
        engine.Publish(next with { Generation = 3, Ports = next.Ports.SetItem(Second, next.Ports[Second] with { IsOfPair = true }) });
        Assert.Equal(Third, engine.Forward(First, Frame(StationB, StationA).Build()).Port);
    }

    [Fact]
    public void A_network_that_does_not_learn_drops_the_unknown_and_is_taught_nothing()
    {
        SteeringDefinition definition = Definition();
        using TestEngine engine = new(definition with { Networks = [new NetworkDefinition(-1), definition.Networks[1]] });
        engine.AssertDropped(First, Frame(Broadcast, StationA).Build(), DropReason.NoDestination);
        engine.AssertDropped(Second, Frame(StationA, StationB).Build(), DropReason.NoDestination);
        engine.AssertDropped(Elsewhere, Frame(StationA, StationB).Build(), DropReason.NoDestination);
    }

    [Fact]
    public void A_frame_over_the_MTU_is_dropped_and_answered_once_however_many_ports_it_was_for()
    {
        SteeringDefinition definition = Definition();
        using TestEngine engine = new(definition with { Ports = [.. definition.Ports.Select(port => port with { MtuBytes = 100 })] });
        PacketBuilder frame = new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", "192.0.2.1", change: ip => ip with { DontFragment = true }).Udp(1, 2);
        Sent(engine, First, frame.Payload(72).Build(), Second, Third);
        engine.Inject(First, frame.Payload(73).Build());
        Assert.Equal(First, Assert.Single(engine.Run()).Port);
        Assert.Equal((1, 2), (engine.Dropped(DropReason.TooLong), engine.Counters.Generated));
    }

    [Theory]
    [InlineData(Second, Third)]
    [InlineData(Third, Second)]
    public void A_frame_over_the_MTU_of_one_port_reaches_the_others_and_one_drop_is_counted(int narrow, int wide)
    {
        SteeringDefinition definition = Definition();
        using TestEngine engine = new(definition with { Ports = definition.Ports.SetItem(narrow, definition.Ports[narrow] with { MtuBytes = 100 }) });
        engine.Inject(First, new PacketBuilder().Ethernet(StationB, StationA).Ipv4("10.0.0.9", "192.0.2.1").Udp(1, 2).Payload(73).Build());

        Assert.Equal(wide, Assert.Single(engine.Run()).Port);
        Assert.Equal((1, 1), (engine.Dropped(DropReason.TooLong), engine.Counters.Generated));
    }

    [Fact]
    public void A_copy_without_a_slot_is_counted_and_the_frame_goes_on()
    {
        using TestEngine engine = new(Definition(), slotCount: PacketBatch.Capacity);
        for (int number = 0; number < PacketBatch.Capacity; number++)
        {
            engine.Inject(First, Frame(StationB, StationA).Build());
        }

        Assert.All(engine.Run(), sent => Assert.Equal(Third, sent.Port));
        Assert.Equal((PacketBatch.Capacity, PacketBatch.Capacity), (engine.Counters.Generated, engine.Dropped(DropReason.NoBuffer)));
    }

    [Fact]
    public void Of_a_full_batch_every_frame_reaches_every_port()
    {
        using TestEngine engine = new(Definition(), slotCount: 3 * PacketBatch.Capacity);
        for (int number = 0; number < PacketBatch.Capacity; number++)
        {
            engine.Inject(Egress, Frame(Broadcast, StationA).Build());
        }

        IReadOnlyList<SentFrame> sent = engine.Run();
        Assert.Equal([PacketBatch.Capacity, PacketBatch.Capacity, PacketBatch.Capacity], new[] { First, Second, Third }.Select(port => sent.Count(frame => frame.Port == port)));
        Assert.Equal(2 * PacketBatch.Capacity, engine.Counters.Generated);
    }

    [Fact]
    public void Senders_that_find_no_place_are_counted()
    {
        using TestEngine engine = new(Definition());
        for (int number = 0; number < 3 * MacTable.Capacity; number++)
        {
            engine.Inject(First, new PacketBuilder().Ethernet(TestChain.Mac(Second), new MacAddress(0x0600_0000_0000 + (ulong)number).ToString()).Payload(46).Build());
        }

        Assert.Equal(3 * MacTable.Capacity, engine.Run().Count);
        Assert.InRange(engine.Counters.NotLearned, 2 * MacTable.Capacity, (2 * MacTable.Capacity) + (MacTable.Capacity / 100));
    }

    [Fact]
    public void Workers_may_share_their_stations()
    {
        using MacTable stations = new();
        using Worker one = new(new SnapshotCell(SteeringSnapshotBuilder.Build(Definition())), 128, 2048, clock: null, stations);
        using Worker other = new(new SnapshotCell(SteeringSnapshotBuilder.Build(Definition())), 128, 2048, clock: null, stations);
        List<SentFrame> sent = [];
        TestPort Attach(Worker worker, int number)
        {
            TestPort port = new(number, sent.Add);
            worker.Attach(number, port, 0);
            return port;
        }

        TestPort taught = Attach(one, Second);
        TestPort asked = Attach(other, First);
        Attach(other, Second);
        taught.Inject(Frame(Broadcast, StationB).Build());
        one.RunOnce();
        asked.Inject(Frame(StationB, StationA).Build());
        other.RunOnce();
        Assert.Equal(Second, Assert.Single(sent).Port);
    }

    [Fact]
    public void Learning_and_flooding_allocate_nothing()
    {
        byte[] frame = Frame(StationB, StationA).Build();
        uint number = 0;
        using Worker worker = new(new SnapshotCell(SteeringSnapshotBuilder.Build(Definition())), 256, 2048);
        LoadPort[] ports = [.. Enumerable.Range(0, 3).Select(_ => new LoadPort(room =>
        {
            frame.CopyTo(room);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(room[8..], number++ % 100_000);
            return frame.Length;
        }))];
        for (int port = 0; port < ports.Length; port++)
        {
            worker.Attach(port, ports[port], 0);
        }

        void Receive(int frames)
        {
            ports[First].Budget = frames;
            while (worker.RunOnce() > 0)
            {
            }
        }

        Receive(100);
        AllocationAssert.None("floods", () => Receive(20_000));
        Assert.Equal((20_100, 20_100), (ports[Second].SentFrames, ports[Third].SentFrames));
    }

    private static void Sent(TestEngine engine, int from, byte[] frame, params int[] ports)
    {
        engine.Inject(from, frame);
        IReadOnlyList<SentFrame> sent = engine.Run();
        Assert.Equal(ports, sent.Select(copy => copy.Port));
        Assert.All(sent, copy => PacketAssert.Equal(frame, copy.Bytes, $"to port {copy.Port}"));
    }

    private static PacketBuilder Frame(string destination, string source) => new PacketBuilder().Ethernet(destination, source).Payload(50);

    // Three ports and a function's two in a network that learns; one port in another.
    private static SteeringDefinition Definition(int uplink = -1) => new()
    {
        Generation = 1,
        Networks = [new NetworkDefinition(uplink, Learns: true), new NetworkDefinition(-1)],
        Ports = [.. Enumerable.Range(0, 6).Select(number => new PortDefinition(
            number == Elsewhere ? 1 : 0,
            new MacAddress(0x0200_0000_0000 + (ulong)number),
            [new PortAddress((10u << 24) + (UInt128)(number + 1), IsIpv6: false), new PortAddress(((UInt128)0xfd00 << 112) + (UInt128)(number + 1), IsIpv6: true)],
            MtuBytes: 0,
            RuleTable: -1)
        {
            IsOfPair = number is Ingress or Egress,
        })],
    };

    // All IPv4 from the first port through the function, which knows no encapsulation.
    private static SteeringDefinition WithChain()
    {
        SteeringDefinition definition = Definition();
        ImmutableArray<PortDefinition> ports = definition.Ports
            .SetItem(First, definition.Ports[First] with { RuleTable = 0 }).SetItem(Egress, definition.Ports[Egress] with { RuleTable = 1 });
        return definition with
        {
            Ports = ports,
            Groups = [new GroupDefinition(default, [new MemberDefinition(1, 1, Ingress, Egress)])],
            Paths = [new PathDefinition(new ServicePathId(1), -1, false, false, [new HopDefinition(0, EncapsulationKind.Plain, [0])], [Ingress, Egress], 0)],
            RuleTables = [.. Enumerable.Range(0, 2).Select(done => new RuleTableDefinition([new SteeringRule(new(EtherType.Ipv4), 0, done)]))],
        };
    }
}
