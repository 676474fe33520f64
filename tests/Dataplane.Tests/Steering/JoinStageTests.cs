using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>
/// Joined chains where the API cannot lead: a ring, and a table that does not exist; and what fragments and over-long frames
/// do at a join.
/// </summary>
public sealed class JoinStageTests
{
    [Fact]
    public void Joins_in_a_ring_end_with_a_drop()
    {
        using TestEngine engine = new(Ring());
        for (int number = 0; number < PacketBatch.Capacity; number++)
        {
            engine.Inject(TestChain.Source, TestFrame.Ipv4.Original().Build());
        }

        Assert.Empty(engine.Run());
        Assert.Equal(PacketBatch.Capacity, engine.Dropped(DropReason.TooManyJoins));
        Assert.Equal((1 + JoinStage.MaxJoins) * PacketBatch.Capacity, engine.Counters.Entered[0].Packets);
    }

    [Fact]
    public void Rules_that_do_not_exist_are_refused()
    {
        SteeringDefinition definition = TestChain.Of(EncapsulationKind.Plain).Definition();
        definition = definition with { Paths = [definition.Paths[0] with { NextRules = 77 }] };
        Assert.Contains("rule table 77", Assert.Throws<SteeringDefinitionException>(() => SteeringSnapshotBuilder.Build(definition)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EncapsulationKind.Plain)]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    public void Fragments_follow_their_first_one_into_the_next_chain(EncapsulationKind kind)
    {
        TestChain chain = Two(kind);
        using TestEngine engine = new(Joined(chain));
        HashSet<int> members = [];
        for (ushort id = 1; id <= 24; id++)
        {
            byte[] first = TestFunction.Return(engine.Forward(TestChain.Source, Fragment(id, 0).Udp((ushort)(1000 + id), 443).Payload(56).Build()).Bytes, kind);
            byte[] later = TestFunction.Return(engine.Forward(TestChain.Source, Fragment(id, 64).Payload(64).Build()).Bytes, kind);
            engine.Inject(chain.Output(1), later);
            Assert.Empty(engine.Run());
            engine.Inject(chain.Output(1), first);
            int[] ports = [.. engine.Run().Select(frame => frame.Port)];
            Assert.Equal([ports[0], ports[0]], ports);
            members.Add(ports[0]);
        }

        Assert.Equal([chain.Input(2, 0), chain.Input(2, 1), chain.Input(2, 2), chain.Input(2, 3)], members.Order());
    }

    [Theory]
    [InlineData(EncapsulationKind.Plain)]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    public void A_frame_too_long_for_the_next_chain_is_answered_to_where_its_header_says(EncapsulationKind kind)
    {
        TestChain chain = Two(kind);
        SteeringDefinition definition = Joined(chain);
        using TestEngine engine = new(definition with
        {
            Ports = [.. definition.Ports.Select((port, number) => number >= chain.Input(2) ? port with { MtuBytes = 100 } : port)],
        });
        byte[] frame = Link().Ipv6(TestChain.Ipv6(TestChain.Source), TestChain.Ipv6(TestChain.Destination)).Udp(1000, 443).Payload(200).Build();
        byte[] returned = TestFunction.Return(engine.Forward(TestChain.Source, frame).Bytes, kind);
        SentFrame answer = engine.Forward(chain.Output(1), returned);

        Assert.Equal(kind == EncapsulationKind.Plain ? chain.Output(1) : TestChain.Source, answer.Port);
        PacketAssert.Equal(frame.AsSpan(14), answer.Bytes.AsSpan(14 + 40 + 8), "quote");
        Assert.Equal((1, 1), (engine.Counters.Generated, engine.Dropped(DropReason.TooLong)));
    }

    [Theory]
    [InlineData(EncapsulationKind.Plain)]
    [InlineData(EncapsulationKind.Nsh)]
    [InlineData(EncapsulationKind.Mpls)]
    public void Joining_allocates_nothing(EncapsulationKind kind)
    {
        TestChain chain = Two(kind);
        SteeringDefinition definition = Joined(chain);
        PacketBuilder udp = Link().Ipv6(TestChain.Ipv6(TestChain.Source), TestChain.Ipv6(TestChain.Destination)).Udp(1000, 443).Payload(20);
        PacketBuilder quoted = new PacketBuilder().Ipv4(TestChain.Ipv4(TestChain.Destination), TestChain.Ipv4(TestChain.Source)).Udp(443, 1000).Payload(20);

        // One that goes on, its fragments, a path MTU message that is classified by what it quotes, and one that no rule takes behind the first chain.
        PacketBuilder[] entering = [udp, Fragment(1, 0).Udp(1000, 443).Payload(56), Fragment(1, 64).Payload(64),
            Link().Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination)).Icmp(3, 4, 1400).Payload(quoted.Build())];
        byte[][] frames = [.. entering.Select(frame => Returned(definition, chain, frame))];
        using LoadEngine engine = new(definition, chain.Output(1), LoadEngine.InTurn(frames));
        engine.AssertNoAllocation($"joins behind {kind}");
        Assert.Equal(LoadEngine.Frames, Enumerable.Range(0, 4).Sum(member => engine.Port(chain.Input(2, member)).SentFrames));
    }

    [Fact]
    public void Joining_nothing_and_joining_in_a_ring_allocate_nothing()
    {
        TestChain chain = Two(EncapsulationKind.Nsh);
        SteeringDefinition definition = Joined(chain);
        definition = definition with { RuleTables = definition.RuleTables.SetItem(definition.RuleTables.Length - 1, new RuleTableDefinition([])) };
        using LoadEngine leaving = new(definition, chain.Output(1), LoadEngine.InTurn(Returned(definition, chain, Fragment(1, 0).Udp(1000, 443).Payload(56))));
        leaving.AssertNoAllocation("joins that nothing takes");
        Assert.Equal(LoadEngine.Frames, leaving.Port(TestChain.Destination).SentFrames);

        using LoadEngine ring = new(Ring(), TestChain.Source, LoadEngine.InTurn(TestFrame.Ipv4.Original().Build()));
        ring.AssertNoAllocation("a ring of joins");
        Assert.Equal(LoadEngine.Frames, ring.Dropped(DropReason.TooManyJoins));
    }

    // A frame as the function of the first chain gives it back.
    private static byte[] Returned(SteeringDefinition definition, TestChain chain, PacketBuilder frame)
    {
        using TestEngine engine = new(definition);
        engine.Inject(TestChain.Source, Fragment(1, 0).Udp(1000, 443).Payload(56).Build());
        engine.Run();
        return TestFunction.Return(engine.Forward(TestChain.Source, frame.Build()).Bytes, chain.Hops[0].Wants);
    }

    // A chain without hops that goes on with itself.
    private static SteeringDefinition Ring()
    {
        SteeringDefinition definition = TestChain.Of(EncapsulationKind.Plain).Definition();
        PathDefinition path = definition.Paths[0] with { Hops = [], NextRules = definition.Ports[TestChain.Source].RuleTable };
        return definition with { Paths = [path], RuleTables = [.. definition.RuleTables.Select(table => new RuleTableDefinition([.. table.Rules.Select(rule => rule with { HopsDone = 0 })]))] };
    }

    private static TestChain Two(EncapsulationKind kind) => new(new TestHop(kind, 1), new TestHop(EncapsulationKind.Plain, 1, 1, 1, 1))
    {
        Rules = [new(AddressPrefix.Ipv4EtherType) { Protocol = 17, DestinationPorts = (443, 443) }, new(AddressPrefix.Ipv6EtherType) { Protocol = 17, DestinationPorts = (443, 443) }],
    };

    // Each hop of the chain as a chain of its own, the second one behind the first.
    private static SteeringDefinition Joined(TestChain chain)
    {
        SteeringDefinition definition = chain.Definition();
        PathDefinition path = definition.Paths[0];
        static SteeringRule Moved(SteeringRule rule) => rule.HopsDone == 2 ? rule with { Path = 1, HopsDone = 1 } : rule;
        return definition with
        {
            RuleTables =
            [
                .. definition.RuleTables.Select(table => new RuleTableDefinition([.. table.Rules.Select(Moved)])),
                new RuleTableDefinition([.. chain.Rules.Select(rule => new SteeringRule(rule, 1, HopsDone: 0))]),
            ],
            Paths =
            [
                path with { Hops = path.Hops[..1], NextRules = definition.RuleTables.Length },
                path with { Hops = path.Hops[1..], NshPathId = new ServicePathId(TestChain.PathId + 1), MplsPathId = TestChain.PathId + 1 },
            ],
        };
    }

    private static PacketBuilder Fragment(ushort id, ushort offset) => Link().Ipv4(
        TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination), protocol: 17, change: ip => ip with { Identification = id, FragmentOffsetBytes = offset, MoreFragments = true });

    private static PacketBuilder Link() => new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source));
}
