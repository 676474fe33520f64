using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Ports;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>What becomes of live flows when the state changes under them.</summary>
public sealed class LiveFlowTests
{
    private const int Flows = 400;
    private const ushort FirstPort = 20_000;

    public static TheoryData<EncapsulationKind> Kinds => [EncapsulationKind.Plain, EncapsulationKind.Nsh, EncapsulationKind.Mpls];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_flows_of_a_member_that_is_gone_move(EncapsulationKind kind)
    {
        TestChain chain = Chain(kind, 1, 1, 1, 1);
        using TestEngine engine = new(chain.Definition());
        int[] before = Members(engine, chain);
        SteeringDefinition definition = chain.Definition();
        engine.Publish(Without(definition, member: 2));
        int[] after = Members(engine, chain);

        Assert.All(Enumerable.Range(0, Flows), flow => Assert.True(before[flow] == 2 ? after[flow] != 2 : after[flow] == before[flow], $"flow {flow}: {before[flow]} -> {after[flow]}"));
        Assert.Equal(3, after.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_live_flow_moves_to_a_new_member_and_new_ones_do(EncapsulationKind kind)
    {
        TestChain chain = Chain(kind, 1, 1, 1, 1, 1);
        SteeringDefinition all = chain.Definition();
        using TestEngine engine = new(Without(all, member: 4));
        int[] before = Members(engine, chain);
        engine.Publish(all);

        Assert.Equal(before, Members(engine, chain));
        long kept = engine.Worker.Statistics.FlowsKept;
        Assert.Equal(before, Members(engine, chain));
        Assert.InRange(engine.Worker.Statistics.FlowsKept - kept, Flows / 10, Flows / 2);
        Assert.Contains(4, Members(engine, chain, FirstPort + Flows));
    }

    [Fact]
    public void Member_without_weight_keeps_its_flows_and_gets_no_new_ones()
    {
        TestChain chain = Chain(EncapsulationKind.Plain, 1, 1);
        using TestEngine engine = new(chain.Definition());
        int[] before = Members(engine, chain);
        engine.Publish(Chain(EncapsulationKind.Plain, 1, 0).Definition());

        Assert.Equal(before, Members(engine, chain));
        Assert.All(Members(engine, chain, FirstPort + Flows), member => Assert.Equal(0, member));

        // Nor does a connection that begins anew with the same five-tuple.
        Assert.All(Enumerable.Range(0, Flows), flow => Assert.Equal(0, MemberOf(engine, chain, Frame(FirstPort + flow, flags: 0x02))));
        Assert.All(Members(engine, chain), member => Assert.Equal(0, member));
    }

    [Fact]
    public void All_members_without_weight_still_have_their_flows()
    {
        TestChain chain = Chain(EncapsulationKind.Plain, 1, 1);
        using TestEngine engine = new(chain.Definition());
        int[] before = Members(engine, chain);
        engine.Publish(Chain(EncapsulationKind.Plain, 0, 0).Definition());

        Assert.Equal(before, Members(engine, chain));
        engine.AssertDropped(TestChain.Source, Frame(FirstPort + Flows), DropReason.GroupEmpty);
    }

    [Fact]
    public void Rule_that_is_gone_takes_no_packet_more()
    {
        TestChain chain = Chain(EncapsulationKind.Nsh, 1, 1);
        using TestEngine engine = new(chain.Definition());
        Members(engine, chain);
        engine.Publish((chain with { Rules = [new FlowRule(AddressPrefix.Ipv6EtherType)] }).Definition());

        Assert.All(Enumerable.Range(0, Flows), flow => Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, Frame(FirstPort + flow)).Port));
        engine.Publish(chain.Definition());
        Members(engine, chain);
    }

    [Fact]
    public void Second_hop_of_an_aware_function_keeps_its_member_too()
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Nsh, 1), new TestHop(EncapsulationKind.Nsh, 1, 1, 1));
        TestChain more = new(new TestHop(EncapsulationKind.Nsh, 1), new TestHop(EncapsulationKind.Nsh, 1, 1, 1, 1));
        using TestEngine engine = new(chain.Definition());
        List<int> before = [.. Enumerable.Range(0, Flows).Select(SecondMember)];
        engine.Publish(chain.Definition() with { Ports = more.Definition().Ports });
        Assert.Equal(before, Enumerable.Range(0, Flows).Select(SecondMember));
        engine.Publish(Heavier(chain.Definition()));
        Assert.Equal(before, Enumerable.Range(0, Flows).Select(SecondMember));

        int SecondMember(int flow)
        {
            SentFrame first = engine.Forward(TestChain.Source, Frame(FirstPort + flow));
            return engine.Forward(chain.Output(1), TestFunction.Return(first.Bytes, EncapsulationKind.Nsh)).Port;
        }
    }

    [Fact]
    public void Group_that_chooses_by_mac_address_still_does_for_packets_of_one_flow()
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Plain, 1, 1, 1, 1) { Fields = HashFields.EthSrc });
        using TestEngine engine = new(chain.Definition());
        List<int> members = [.. Enumerable.Range(0, 64).Select(source => engine.Forward(TestChain.Source, From(source).Tcp(1, 2).Build()).Port)];
        Assert.Equal(4, members.Distinct().Count());

        static PacketBuilder From(int source) =>
            new PacketBuilder().Ethernet("02:00:00:00:aa:01", $"02:00:00:00:bb:{source:x2}").Ipv4("192.0.2.1", "198.51.100.1");
    }

    private static TestChain Chain(EncapsulationKind kind, params uint[] weights) => new(new TestHop(kind, [.. weights]));

    private static byte[] Frame(int sourcePort, byte flags = 0x10)
    {
        byte[] frame = new PacketBuilder().Ethernet(TestChain.Mac(TestChain.Destination), TestChain.Mac(TestChain.Source))
            .Ipv4(TestChain.Ipv4(TestChain.Source), TestChain.Ipv4(TestChain.Destination)).Tcp((ushort)sourcePort, 443).Build();
        frame[14 + 20 + 13] = flags;
        return frame;
    }

    // Twice, so that the second packet is one of a flow that is known.
    private static int[] Members(TestEngine engine, TestChain chain, int firstPort = FirstPort) => [.. Enumerable.Range(firstPort, Flows).Select(port =>
    {
        int member = MemberOf(engine, chain, Frame(port));
        Assert.Equal(member, MemberOf(engine, chain, Frame(port)));
        return member;
    })];

    private static int MemberOf(TestEngine engine, TestChain chain, byte[] frame) => (engine.Forward(TestChain.Source, frame).Port - chain.Input(1)) / 2;

    // Ports and counters stay as they are: only the group and its hop have one member fewer.
    private static SteeringDefinition Without(SteeringDefinition definition, int member) => definition with
    {
        Groups = [definition.Groups[0] with { Members = definition.Groups[0].Members.RemoveAt(member) }],
        Paths = [definition.Paths[0] with { Hops = [definition.Paths[0].Hops[0] with { MemberCounters = definition.Paths[0].Hops[0].MemberCounters.RemoveAt(member) }] }],
    };

    private static SteeringDefinition Heavier(SteeringDefinition definition) => definition with
    {
        Groups = [definition.Groups[0], definition.Groups[1] with { Members = [.. definition.Groups[1].Members.Select((member, place) => member with { Weight = place == 0 ? 20u : 1u })] }],
    };
}
