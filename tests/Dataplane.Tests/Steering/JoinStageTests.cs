using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Tests.Workers;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

/// <summary>Joined chains where the API cannot lead: a ring, and a table that does not exist.</summary>
public sealed class JoinStageTests
{
    [Fact]
    public void Joins_in_a_ring_end_with_a_drop()
    {
        // A chain without hops that goes on with itself.
        SteeringDefinition definition = TestChain.Of(EncapsulationKind.Plain).Definition();
        PathDefinition path = definition.Paths[0] with { Hops = [], NextRules = definition.Ports[TestChain.Source].RuleTable };
        definition = definition with { Paths = [path], RuleTables = [.. definition.RuleTables.Select(table => new RuleTableDefinition([.. table.Rules.Select(rule => rule with { HopsDone = 0 })]))] };
        using TestEngine engine = new(definition);
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
}
