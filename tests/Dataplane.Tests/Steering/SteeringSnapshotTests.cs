using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Workers;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>What one generation shares with the next, and that retiring the old one leaves the new one whole.</summary>
public sealed class SteeringSnapshotTests
{
    private static readonly TestChain _chain = new(new TestHop(EncapsulationKind.Plain, 1, 2), new TestHop(EncapsulationKind.Nsh, 1, 1, 1));

    [Fact]
    public void Unchanged_tables_are_the_same_objects_in_the_next_snapshot()
    {
        RuleTableWriters writers = new();
        SteeringSnapshot before = SteeringSnapshotBuilder.Build(_chain.Definition(), previous: null, writers);
        SteeringSnapshot after = SteeringSnapshotBuilder.Build((_chain with { Generation = 2 }).Definition(), before, writers);

        Assert.Equal(2, before.MaglevTables.Length);
        for (int group = 0; group < before.MaglevTables.Length; group++)
        {
            Assert.Same(before.MaglevTables[group], after.MaglevTables[group]);
        }

        for (int table = 0; table < before.RuleTables.Length; table++)
        {
            Assert.Same(before.RuleTables[table].Classifier, after.RuleTables[table].Classifier);
        }

        before.Retire(after);
        after.Retire(newer: null);
    }

    [Fact]
    public void Only_the_table_whose_members_changed_is_built_anew()
    {
        RuleTableWriters writers = new();
        SteeringSnapshot before = SteeringSnapshotBuilder.Build(_chain.Definition(), previous: null, writers);
        TestChain changed = new(_chain.Hops[0], new TestHop(EncapsulationKind.Nsh, 1, 1, 2)) { Rules = [new(0x0800)] };
        SteeringSnapshot after = SteeringSnapshotBuilder.Build(changed.Definition(), before, writers);

        Assert.Same(before.MaglevTables[0], after.MaglevTables[0]);
        Assert.NotSame(before.MaglevTables[1], after.MaglevTables[1]);
        Assert.NotSame(before.RuleTables[0].Classifier, after.RuleTables[0].Classifier);
        before.Retire(after);
        after.Retire(newer: null);
    }

    [Fact]
    public void Equal_rules_of_several_ports_share_one_classifier()
    {
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(_chain.Definition());

        // The source, and the two functions of the first hop that know no encapsulation.
        Assert.Equal(3, snapshot.RuleTables.Length);
        Assert.Single(snapshot.RuleTables.ToArray().Select(table => table.Classifier).Distinct());
        snapshot.Retire(newer: null);
    }

    [Fact]
    public void Tables_are_shared_by_content_also_when_groups_move()
    {
        SteeringDefinition definition = _chain.Definition();
        SteeringSnapshot before = SteeringSnapshotBuilder.Build(definition);
        SteeringDefinition turned = definition with
        {
            Groups = [definition.Groups[1], definition.Groups[0]],
            Paths = [definition.Paths[0] with { Hops = [definition.Paths[0].Hops[0] with { Group = 1 }, definition.Paths[0].Hops[1] with { Group = 0 }] }],
        };
        SteeringSnapshot after = SteeringSnapshotBuilder.Build(turned, before);

        Assert.Same(before.MaglevTables[0], after.MaglevTables[1]);
        Assert.Same(before.MaglevTables[1], after.MaglevTables[0]);
        before.Retire(after);
        after.Retire(newer: null);
    }

    [Fact]
    public void Long_line_of_generations_keeps_shared_tables_alive_and_right()
    {
        TestFrame frame = TestFrame.Ipv4;
        using TestEngine engine = new(_chain.Definition());
        MaglevTable shared = engine.Snapshot.MaglevTables[0];
        ushort[] slots = shared.Slots.ToArray();
        int port = engine.Forward(TestChain.Source, frame.Original().Build()).Port;
        for (ulong generation = 2; generation < 60; generation++)
        {
            SteeringSnapshot before = engine.Snapshot;

            // Every second generation changes the second hop, so some tables stay and others go.
            TestChain next = new(_chain.Hops[0], new TestHop(EncapsulationKind.Nsh, 1, 1, (uint)(generation / 2))) { Generation = generation };
            SteeringSnapshot after = engine.Publish(next.Definition());
            engine.Worker.RunOnce();
            before.Retire(after);

            // Freed memory is soon given to somebody else: make somebody ask for it.
            MaglevTableBuilder.Build([new MaglevMember(generation, 1)]).Dispose();
            Assert.Same(shared, after.MaglevTables[0]);
            Assert.Equal(port, engine.Forward(TestChain.Source, frame.Original().Build()).Port);
        }

        Assert.Equal(slots, shared.Slots.ToArray());
    }

    [Fact]
    public void Group_that_two_hops_of_one_snapshot_share_is_freed_once()
    {
        SteeringDefinition definition = TestChain.Of(EncapsulationKind.Plain, EncapsulationKind.Plain).Definition();
        definition = definition with { Groups = [definition.Groups[0], definition.Groups[0]] };
        SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(definition);

        Assert.Same(snapshot.MaglevTables[0], snapshot.MaglevTables[1]);
        snapshot.Retire(newer: null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Chain_that_is_deleted_leaves_its_traffic_to_switching_and_its_headers_to_be_dropped(bool pairStays)
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        using TestEngine engine = new(chain.Definition());
        byte[] frame = TestFrame.Ipv4.Original().Build();
        byte[] inside = TestFunction.Return(engine.Forward(TestChain.Source, frame).Bytes, EncapsulationKind.Nsh);

        SteeringDefinition without = chain.Definition();
        engine.Publish(without with
        {
            Generation = 2,
            Paths = [],
            Groups = [],
            RuleTables = [],
            Ports = [.. without.Ports.Select((port, number) => port with { RuleTable = -1, SendsEncapsulated = pairStays && number == chain.Output(1) })],
        });

        Assert.Equal(TestChain.Destination, engine.Forward(TestChain.Source, frame).Port);
        if (pairStays)
        {
            engine.AssertDropped(chain.Output(1), inside, DropReason.UnknownPath);
        }
        else
        {
            // No port pair's port any more, so nobody reads the header; its outer address is that of the function's input.
            Assert.Equal(chain.Input(1), engine.Forward(chain.Output(1), inside).Port);
        }
    }

    [Fact]
    public void Path_that_is_deleted_while_its_function_serves_another_makes_its_headers_unknown()
    {
        TestChain chain = TestChain.Of(EncapsulationKind.Nsh);
        using TestEngine engine = new(chain.Definition());
        byte[] inside = TestFunction.Return(engine.Forward(TestChain.Source, TestFrame.Ipv4.Original().Build()).Bytes, EncapsulationKind.Nsh);

        SteeringDefinition other = chain.Definition();
        engine.Publish(other with { Generation = 2, Paths = [other.Paths[0] with { NshPathId = new ServicePathId(0x124) }] });

        engine.AssertDropped(chain.Output(1), inside, DropReason.UnknownPath);
    }

    [Fact]
    public void Hash_seed_of_the_snapshot_decides()
    {
        TestChain chain = new(new TestHop(EncapsulationKind.Plain, [.. Enumerable.Repeat(1u, 64)]));
        using TestEngine engine = new(chain.Definition());

        // New connections, because live flows stay where they are.
        int[] Ports() => [.. Enumerable.Range(1, 40).Select(port => engine.Forward(TestChain.Source, Opening((ushort)port)).Port)];
        byte[] Opening(ushort port)
        {
            byte[] frame = new PacketBuilder().Ethernet().Ipv4("10.0.0.1", "10.0.0.2").Tcp(port, 9).Build();
            frame[14 + 20 + 13] = 0x02;
            return frame;
        }

        int[] first = Ports();
        engine.Publish((chain with { Generation = 2, HashSeed = 1 }).Definition());
        int[] second = Ports();
        engine.Publish((chain with { Generation = 3 }).Definition());

        Assert.NotEqual(first, second);
        Assert.Equal(first, Ports());
    }
}
