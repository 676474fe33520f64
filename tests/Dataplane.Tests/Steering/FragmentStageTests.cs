using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Fragments;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Fragments follow their first one, in any order within bounds; each other fate has its reason.</summary>
public sealed class FragmentStageTests
{
    private const int Datagrams = 24;
    private static readonly TimeSpan _wait = TimeSpan.FromTicks(FragmentHold.WaitNanoseconds / 100);
    private static readonly TimeSpan _lifetime = TimeSpan.FromTicks(FragmentTable.LifetimeNanoseconds / 100);

    public static TheoryData<bool, EncapsulationKind> Forms => new()
    {
        { false, EncapsulationKind.Plain }, { false, EncapsulationKind.Nsh }, { false, EncapsulationKind.Mpls },
        { true, EncapsulationKind.Plain }, { true, EncapsulationKind.Nsh }, { true, EncapsulationKind.Mpls },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Later_fragments_meet_the_members_of_their_first_one_at_every_hop(bool isIpv6, EncapsulationKind kind)
    {
        // Only port 443 enters, and a second group of four would spread fragments hashed with ports 0.
        TestChain chain = new TestChain(new TestHop(kind, 1, 1, 1, 1), new TestHop(kind, 1, 1, 1, 1)) { Rules = Web };
        using TestEngine engine = new(chain.Definition());
        HashSet<int> members = [];
        for (ushort id = 1; id <= Datagrams; id++)
        {
            int[] first = Walk(engine, chain, kind, First(isIpv6, id, (ushort)(1000 + id)));
            Assert.Equal(first, Walk(engine, chain, kind, Later(isIpv6, id, 64)));
            Assert.Equal(first, Walk(engine, chain, kind, Later(isIpv6, id, 128, more: false)));
            members.Add(first[1]);
        }

        Assert.Equal(4, members.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_before_their_first_one_are_held_and_go_behind_it_in_their_order(bool isIpv6)
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain) with { Rules = Web };
        using TestEngine engine = new(chain.Definition());
        byte[][] later = [Later(isIpv6, 7, 128, more: false), Later(isIpv6, 7, 64)];
        foreach (byte[] fragment in later)
        {
            engine.Inject(TestChain.Source, fragment);
            Assert.Empty(engine.Run());
        }

        Assert.Equal(2, engine.Worker.Arena.HeldCount);
        engine.Inject(TestChain.Source, First(isIpv6, 7, 5));
        SentFrame[] sent = [.. engine.Run()];

        Assert.Equal(0, engine.Worker.Arena.HeldCount);
        Assert.All(sent, frame => Assert.Equal(chain.Input(1), frame.Port));
        Assert.Equal(3, engine.Counters.Entered[0].Packets);
        byte[][] expected = [First(isIpv6, 7, 5), .. later];
        for (int i = 0; i < expected.Length; i++)
        {
            PacketAssert.Equal([0x02, 0, 0, 0, 0, (byte)chain.Input(1), .. expected[i][6..]], sent[i].Bytes, $"fragment {i}");
        }
    }

    [Theory]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    public void Fragments_held_with_their_header_lose_one_hop_of_time_to_live(EncapsulationKind kind)
    {
        TestChain chain = TestChain.Of(kind, kind);
        using TestEngine engine = new(chain.Definition());
        byte[] first = TestFunction.Return(engine.Forward(TestChain.Source, First(false, 9, 1)).Bytes, kind);
        byte[] later = TestFunction.Return(engine.Forward(TestChain.Source, Later(false, 9, 64)).Bytes, kind);
        engine.Inject(chain.Output(1), later);
        Assert.Empty(engine.Run());
        engine.Inject(chain.Output(1), first);
        SentFrame[] sent = [.. engine.Run()];

        Assert.Equal([chain.Input(2), chain.Input(2)], sent.Select(frame => frame.Port));
        int header = kind == EncapsulationKind.Nsh ? 14 + 8 : 14 + 4;
        Assert.Equal(sent[0].Bytes[14..header], sent[1].Bytes[14..header]);
    }

    [Fact]
    public void Fragments_are_given_up_when_their_first_one_does_not_come_in_time()
    {
        StoppedClock clock = new();
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition(), clock: clock);
        engine.Inject(TestChain.Source, Later(false, 1, 64));
        clock.Advance(_wait - TimeSpan.FromTicks(1));
        Assert.Empty(engine.Run());
        Assert.Equal(0, engine.Dropped(DropReason.FragmentUnmatched));

        clock.Advance(_wait);
        Assert.Empty(engine.Run());
        Assert.Equal(1, engine.Dropped(DropReason.FragmentUnmatched));
        engine.CheckSumLaw();
        Assert.Equal(0, engine.Worker.Arena.HeldCount);
    }

    [Fact]
    public void A_flood_of_fragments_without_first_is_bounded_and_the_oldest_makes_room()
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        for (ushort id = 0; id < 1000; id++)
        {
            engine.Inject(TestChain.Source, Later(false, id, 64));
        }

        Assert.Empty(engine.Run());
        Assert.Equal(FragmentHold.MostFragments, engine.Worker.Arena.HeldCount);
        Assert.Equal(1000 - FragmentHold.MostFragments, engine.Dropped(DropReason.FragmentPushedOut));

        // The newest is there, the oldest is not.
        engine.Inject(TestChain.Source, First(false, 999, 1));
        engine.Inject(TestChain.Source, First(false, 0, 1));
        Assert.Equal(3, engine.Run().Count);
        engine.Worker.GiveUpHeld();
        engine.CheckSumLaw();
        Assert.Equal(0, engine.Worker.Arena.HeldCount);
    }

    [Fact]
    public void A_small_arena_holds_a_quarter_of_its_slots()
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition(), slotCount: 64);
        for (ushort id = 0; id < 100; id++)
        {
            engine.Inject(TestChain.Source, Later(false, id, 64));
        }

        engine.Run();
        Assert.Equal(16, engine.Worker.Arena.HeldCount);
    }

    [Fact]
    public void A_flood_of_first_fragments_does_not_push_out_a_datagram_under_way()
    {
        StoppedClock clock = new();
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition(), clock: clock);
        engine.Forward(TestChain.Source, First(false, 0, 1));
        for (int id = 1; id <= 4 * FragmentTable.Capacity; id++)
        {
            engine.Inject(TestChain.Source, First(false, (ushort)id, 1));
        }

        int remembered = engine.Run().Count;
        Assert.Equal(4 * FragmentTable.Capacity, remembered + engine.Dropped(DropReason.FragmentTableFull));
        Assert.InRange(remembered, FragmentTable.Capacity * 3 / 4, FragmentTable.Capacity);
        engine.Forward(TestChain.Source, Later(false, 0, 64));

        // Then their time is over, and new ones find room.
        clock.Advance(_lifetime);
        engine.Forward(TestChain.Source, First(false, ushort.MaxValue, 1));
    }

    [Fact]
    public void A_first_fragment_that_says_something_else_is_dropped_until_the_first_is_forgotten()
    {
        StoppedClock clock = new();
        TestChain chain = TestChain.Of(EncapsulationKind.Plain) with { Rules = Web };
        using TestEngine engine = new(chain.Definition(), clock: clock);
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, First(false, 3, 1)).Port);
        engine.AssertDropped(TestChain.Source, First(false, 3, 1, destinationPort: 22), DropReason.FragmentConflict);

        // The same once more is only a duplicate; later ones still go where the first went.
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, First(false, 3, 1)).Port);
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, Later(false, 3, 64)).Port);
        clock.Advance(_lifetime);
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, First(false, 3, 1, destinationPort: 22)).Port);
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, Later(false, 3, 64)).Port);
    }

    public static TheoryData<string, PacketBuilder, PacketBuilder> OtherDatagrams => new()
    {
        { "identification", V4(8, more: true).Udp(1, 443).Payload(56), V4(9, 64).Payload(64) },
        { "protocol", V4(8, more: true).Udp(1, 443).Payload(56), V4(8, 64, protocol: 6).Payload(64) },
        { "source", V4(8, more: true).Udp(1, 443).Payload(56), V4(8, 64).Change<Ipv4Layer>(ip => ip with { Source = "10.0.0.77" }).Payload(64) },
        { "destination", V4(8, more: true).Udp(1, 443).Payload(56), V4(8, 64).Change<Ipv4Layer>(ip => ip with { Destination = "10.0.0.77" }).Payload(64) },
        { "atomic (RFC 6946)", Link().Ipv6("fd00::1", "fd00::2").Fragment(8).Udp(1, 443).Payload(56), Link().Ipv6("fd00::1", "fd00::2").Fragment(8, 64, nextHeader: 17).Payload(64) },
    };

    [Theory]
    [MemberData(nameof(OtherDatagrams))]
    public void Fragments_do_not_follow_the_first_one_of_another_datagram(string what, PacketBuilder first, PacketBuilder later)
    {
        Assert.NotEmpty(what);
        TestChain chain = TestChain.Of(EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition());
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, first.Build()).Port);
        engine.Inject(TestChain.Source, later.Build());

        Assert.Empty(engine.Run());
        Assert.Equal(1, engine.Worker.Arena.HeldCount);
    }

    [Fact]
    public void Protocols_of_ipv6_that_only_the_first_fragment_tells_are_followed()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Plain) with { Rules = [new(0x86dd) { Protocol = 17, DestinationPorts = (443, 443) }] };
        using TestEngine engine = new(chain.Definition());
        PacketBuilder ip = Link().Ipv6("fd00::1", "fd00::2");

        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, ip.Fragment(8, more: true).DestinationOptions().Udp(1, 443).Payload(48).Build()).Port);
        Assert.Equal(chain.Input(1), engine.Forward(TestChain.Source, ip.Fragment(8, 64, nextHeader: 60).Payload(64).Build()).Port);
    }

    public static TheoryData<string, PacketBuilder, PacketBuilder> NeverInAChain => new()
    {
        { "a first fragment too small for its ports", V4(4, more: true, protocol: 132).Payload(8), V4(4, 8, protocol: 132).Payload(64) },
        { "DHCP", V4(4, more: true).Udp(68, 67).Payload(56), V4(4, 64).Payload(64) },
    };

    [Theory]
    [MemberData(nameof(NeverInAChain))]
    public void Fragments_of_what_matches_no_rule_are_switched_like_their_first_one(string what, PacketBuilder first, PacketBuilder later)
    {
        Assert.NotEmpty(what);
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, first.Build()).Port);
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, later.Build()).Port);
    }

    [Fact]
    public void Where_no_rule_asks_for_ports_nothing_is_held()
    {
        using TestEngine engine = new(TestChain.Of(EncapsulationKind.Plain).Definition());
        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Uplink, Later(false, 1, 64)).Port);
    }

    [Fact]
    public void A_new_snapshot_gives_up_what_stands_on_a_path_and_keeps_what_does_not()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh, EncapsulationKind.Plain);
        using TestEngine engine = new(chain.Definition());
        engine.Forward(TestChain.Source, First(false, 1, 1));
        byte[] onPath = TestFunction.Return(engine.Forward(TestChain.Source, Later(false, 1, 64)).Bytes, EncapsulationKind.Nsh);
        engine.Inject(chain.Output(1), onPath);
        engine.Inject(TestChain.Source, Later(false, 2, 64));
        engine.Run();
        Assert.Equal(2, engine.Worker.Arena.HeldCount);

        engine.Publish(chain.Definition() with { Generation = 2 });
        engine.Inject(TestChain.Source, First(false, 2, 1));
        Assert.Equal(2, engine.Run().Count);
        Assert.Equal(1, engine.Dropped(DropReason.FragmentUnmatched));
    }

    private static ImmutableArray<FlowRule> Web =>
        [new(0x0800) { Protocol = 17, DestinationPorts = (443, 443) }, new(0x86dd) { Protocol = 17, DestinationPorts = (443, 443) }];

    // Ports a frame is sent to, hop by hop, until it leaves the chain.
    private static int[] Walk(TestEngine engine, TestChain chain, EncapsulationKind kind, byte[] frame)
    {
        List<int> ports = [];
        int from = TestChain.Source;
        do
        {
            SentFrame sent = engine.Forward(from, frame);
            ports.Add(sent.Port);
            if (sent.Port == TestChain.Destination)
            {
                break;
            }

            from = sent.Port + 1;
            frame = TestFunction.Return(sent.Bytes, kind);
        }
        while (ports.Count <= chain.Hops.Length);
        Assert.Equal(3, ports.Count);
        return [.. ports];
    }

    private static byte[] First(bool isIpv6, ushort id, ushort sourcePort, ushort destinationPort = 443) => (isIpv6
        ? Link().Ipv6("fd00::1", "fd00::2").Fragment(id, more: true)
        : V4(id, more: true)).Udp(sourcePort, destinationPort).Payload(56).Build();

    private static byte[] Later(bool isIpv6, ushort id, ushort offset, bool more = true) => (isIpv6
        ? Link().Ipv6("fd00::1", "fd00::2").Fragment(id, offset, more, nextHeader: 17)
        : V4(id, offset, more)).Payload(64, first: (byte)id).Build();

    private static PacketBuilder V4(ushort id, ushort offset = 0, bool more = false, byte protocol = 17) =>
        Link().Ipv4("10.0.0.1", "10.0.0.2", protocol: protocol, change: ip => ip with { Identification = id, FragmentOffsetBytes = offset, MoreFragments = more });

    private static PacketBuilder Link() => new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));
}
