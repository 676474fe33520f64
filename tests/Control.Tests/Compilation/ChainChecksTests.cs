using System.Collections.Immutable;
using System.Text;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>What the tables of the forwarder have no room for is refused before they are built, by plans as by changes.</summary>
public sealed class ChainChecksTests
{
    // As many pairs as two ports of these can make.
    private const int Ports = 257;

    [Theory]
    [InlineData(MaglevTableBuilder.MemberLimit, 1, null)]
    [InlineData(MaglevTableBuilder.MemberLimit + 1, 1, "has 16382 port pairs with a weight above 0")]
    [InlineData(MaglevTableBuilder.MemberLimit + 1, 0, null)]
    [InlineData(MaglevTableBuilder.ListLimit + 1, 0, "has 65536 port pairs")]
    public void A_group_of_a_chain_has_room_for_so_many_members(int pairs, int weight, string? refused)
    {
        ResourceSet set = SetOf(pairs, weight);
        CompiledState? state = SnapshotCompiler.Compile(set, previous: null, generation: 1, out ImmutableArray<ApiProblem> problems);
        if (refused is null)
        {
            SteeringSnapshot snapshot = SteeringSnapshotBuilder.Build(state!.Definition);
            Assert.Equal(1u, snapshot.Generation);
            return;
        }

        ApiProblem problem = Assert.Single(problems);
        Assert.Equal(400, problem.Status);
        Assert.Contains(refused, problem.Message, StringComparison.Ordinal);
        Assert.Contains(ChainFindings.Of(set), finding => finding.Message == problem.Message);

        // In no chain it steers nothing.
        Assert.Empty(ChainChecks.Check(set with { PortChains = set.PortChains.Without(set.PortChains.Single().Id) }));
    }

    [Fact]
    public void A_forwarder_has_room_for_so_many_networks()
    {
        ResourceSet set = ResourceSet.Empty;
        for (int number = 0; number < SteeringDefinition.MaxNetworks; number++)
        {
            set = set with { Networks = set.Networks.With(new Network { Id = Guid.NewGuid(), Name = "n", ProjectId = "p" }) };
        }

        Assert.Empty(ChainChecks.Check(set));
        ApiProblem problem = Assert.Single(ChainChecks.Check(set with { Networks = set.Networks.With(new Network { Id = Guid.NewGuid(), Name = "n", ProjectId = "p" }) }));
        Assert.Equal((400, "There would be 65537 networks; a forwarder has room for at most 65536."), (problem.Status, problem.Message));
    }

    private static ResourceSet SetOf(int pairs, int weight)
    {
        string Lines(int count, Func<int, string> line) => string.Join(",\n", Enumerable.Range(0, count).Select(line));
        string json = $$$"""
            {"networks": [{"name": "net"}],
             "ports": [{{{Lines(Ports, port => $$"""{"name": "p{{port}}", "network_id": "net", "device_id": "d"}""")}}}],
             "port_pairs": [{{{Lines(pairs, pair => $$$"""
                {"name": "{{{pair}}}", "ingress": "p{{{pair / Ports}}}", "egress": "p{{{pair % Ports}}}", "service_function_parameters": {"correlation": null, "weight": {{{weight}}}}}
                """)}}}],
             "port_pair_groups": [{"name": "g", "port_pairs": [{{{Lines(pairs, pair => $"\"{pair}\"")}}}]}],
             "port_chains": [{"name": "c", "port_pair_groups": ["g"]}]}
            """;
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes(json));
        Assert.True(reading.Document is not null, string.Join("\n", reading.Errors));
        return reading.Document.Resources;
    }
}
