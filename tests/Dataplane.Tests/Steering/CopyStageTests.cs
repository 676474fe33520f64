using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Dataplane.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Copies for taps where a replay cannot lead: no slot is free, the tap port has a limit, many frames at once.</summary>
public sealed class CopyStageTests
{
    private static readonly TestChain _chain = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Nsh);

    private static int TapPort => _chain.Definition().Ports.Length;

    [Fact]
    public void Without_a_free_slot_the_copy_is_counted_and_the_packet_goes_on()
    {
        using TestEngine engine = new(WithTap(EncapsulationKind.Plain), slotCount: PacketBatch.Capacity);
        for (int number = 0; number < PacketBatch.Capacity; number++)
        {
            engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        IReadOnlyList<SentFrame> sent = engine.Run();
        Assert.Equal(PacketBatch.Capacity, sent.Count);
        Assert.All(sent, frame => Assert.Equal(_chain.Input(1), frame.Port));
        Assert.Equal((PacketBatch.Capacity, PacketBatch.Capacity), (engine.Counters.Generated, engine.Dropped(DropReason.NoBuffer)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void A_copy_over_the_MTU_of_the_tap_port_is_counted_and_the_packet_goes_on(int room, bool fits)
    {
        byte[] frame = TestFrame.Tagged.Original().Build();
        const int OuterEthernetInsideMtu = 24 + 14 + 4;
        using TestEngine engine = new(WithTap(EncapsulationKind.Nsh, mtu: frame.Length - 14 - 4 + OuterEthernetInsideMtu + room));
        engine.Inject(TestChain.Source, frame);
        Assert.Equal(fits ? [TapPort, _chain.Input(1)] : [_chain.Input(1)], engine.Run().Select(sent => sent.Port));
        Assert.Equal((1, fits ? 0 : 1), (engine.Counters.Generated, engine.Dropped(DropReason.TapTooLong)));
        Assert.Equal(0, engine.Dropped(DropReason.TooLong));
    }

    [Fact]
    public void Nobody_is_told_of_a_copy_over_the_MTU()
    {
        byte[] frame = Link().Ipv6(TestChain.Ipv6(TestChain.Source), TestChain.Ipv6(TestChain.Destination)).Udp(1, 2).Payload(100).Build();
        using TestEngine engine = new(WithTap(EncapsulationKind.Plain, mtu: 100));
        Assert.Equal(_chain.Input(1), engine.Forward(TestChain.Source, frame).Port);
        Assert.Equal((1, 1, 0), (engine.Counters.Generated, engine.Dropped(DropReason.TapTooLong), engine.Dropped(DropReason.TooLong)));
    }

    [Fact]
    public void Fragments_are_copied_once_they_are_let_go()
    {
        PacketBuilder Fragment(ushort offset) => Link().Ipv4("10.0.0.1", "10.0.0.2", protocol: 17, change: ip => ip with { Identification = 5, FragmentOffsetBytes = offset, MoreFragments = true });
        byte[] later = Fragment(64).Payload(64).Build();
        using TestEngine engine = new(WithTap(EncapsulationKind.Plain));
        engine.Inject(TestChain.Source, later);
        Assert.Empty(engine.Run());
        Assert.Equal(0, engine.Counters.Generated);
        engine.Inject(TestChain.Source, Fragment(0).Udp(1, 2).Payload(56).Build());
        SentFrame[] sent = [.. engine.Run()];

        Assert.Equal([TapPort, _chain.Input(1), TapPort, _chain.Input(1)], sent.Select(frame => frame.Port));
        PacketAssert.Equal(later, sent[2].Bytes, "copy");
    }

    [Fact]
    public void Every_frame_of_a_full_batch_is_copied_for_each_of_several_taps()
    {
        SteeringDefinition definition = WithTap(EncapsulationKind.Plain);
        PathDefinition path = definition.Paths[0];
        using TestEngine engine = new(definition with { Paths = [path with { Taps = [.. path.Taps, path.Taps[0] with { Index = new ServiceIndex(251) }] }] });
        byte[] frame = TestFrame.Ipv6.Original().Build();
        for (int number = 0; number < PacketBatch.Capacity; number++)
        {
            engine.Inject(TestChain.Source, frame);
        }

        IReadOnlyList<SentFrame> sent = engine.Run();
        Assert.Equal(2 * PacketBatch.Capacity, sent.Count(copy => copy.Port == TapPort));
        Assert.All(sent.Where(copy => copy.Port == TapPort), copy => PacketAssert.Equal(frame, copy.Bytes, "copy"));
        Assert.Equal(PacketBatch.Capacity, sent.Count(original => original.Port == _chain.Input(1)));
        Assert.Equal(2 * PacketBatch.Capacity, engine.Counters.Generated);
    }

    [Theory]
    [InlineData(EncapsulationKind.Plain, 0, 256, DropReason.None)]
    [InlineData(EncapsulationKind.Mpls, 0, 256, DropReason.None)]
    [InlineData(EncapsulationKind.Nsh, 0, 256, DropReason.None)]
    [InlineData(EncapsulationKind.Nsh, 60, 256, DropReason.TapTooLong)]
    [InlineData(EncapsulationKind.Plain, 0, PacketBatch.Capacity, DropReason.NoBuffer)]
    public void Copying_allocates_nothing(EncapsulationKind wants, int mtu, int slots, DropReason fate)
    {
        using LoadEngine engine = new(WithTap(wants, mtu), TestChain.Source, LoadEngine.InTurn([.. TestFrame.All.Select(frame => frame.Original().Build())]), slots: slots);
        engine.AssertNoAllocation($"copies, {wants}, {fate}");
        Assert.Equal(LoadEngine.Frames, engine.Port(_chain.Input(1)).SentFrames);
        Assert.Equal(LoadEngine.Frames, engine.Counters.Generated);
        Assert.Equal(LoadEngine.Frames, engine.Port(TapPort).SentFrames + engine.Dropped(DropReason.TapTooLong) + engine.Dropped(DropReason.NoBuffer));
        Assert.True(fate == DropReason.None ? engine.Port(TapPort).SentFrames == LoadEngine.Frames : engine.Dropped(fate) > 0, $"not one copy was dropped as {fate}");
    }

    [Theory]
    [InlineData(3, 0, "behind hop 3")]
    [InlineData(1, 0, "listed in the order")]
    [InlineData(0, 9, "group 9")]
    public void A_tap_that_is_nowhere_is_refused(int hopsDone, int group, string part)
    {
        SteeringDefinition definition = WithTap(EncapsulationKind.Plain);
        PathDefinition path = definition.Paths[0];
        TapDefinition tap = path.Taps[0];
        TapDefinition wrong = tap with { HopsDone = hopsDone, Hop = tap.Hop with { Group = group == 0 ? tap.Hop.Group : group } };
        definition = definition with { Paths = [path with { Taps = hopsDone == 1 ? [wrong, tap] : [wrong] }] };
        Assert.Contains(part, Assert.Throws<SteeringDefinitionException>(() => SteeringSnapshotBuilder.Build(definition)).Message, StringComparison.Ordinal);
    }

    private static PacketBuilder Link() => new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));

    // The chain with a tap of its own port before the first hop.
    private static SteeringDefinition WithTap(EncapsulationKind wants, int mtu = 0)
    {
        SteeringDefinition definition = _chain.Definition();
        PortDefinition port = definition.Ports[^1] with { Mac = new(0x0200_0000_00aa), Addresses = [], MtuBytes = mtu, RuleTable = -1 };
        GroupDefinition group = new(default, [new MemberDefinition(77, 1, TapPort, TapPort)]);
        TapDefinition tap = new(0, new ServiceIndex(252), new HopDefinition(definition.Groups.Length, wants, [_chain.FunctionCount]));
        return definition with
        {
            Ports = [.. definition.Ports, port],
            Groups = [.. definition.Groups, group],
            Paths = [definition.Paths[0] with { Taps = [tap] }],
        };
    }
}
