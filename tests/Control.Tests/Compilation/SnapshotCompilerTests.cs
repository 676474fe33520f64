using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>Desired state to the dataplane's numbers: paths, rules by port, and what cannot be compiled.</summary>
public sealed class SnapshotCompilerTests
{
    private const string TwoGroups = """
        "port_pair_groups": [{"name": "ga", "port_pairs": ["a"]}, {"name": "gb", "port_pairs": ["b"]}],
        """;

    [Fact]
    public void Rules_stand_at_the_source_port_and_behind_every_unaware_hop()
    {
        CompilerRig rig = new(TwoGroups + """
            "flow_classifiers": [{"name": "c", "protocol": "tcp", "destination_ip_prefix": "10.0.0.0/8", "destination_port_range_max": 80, "logical_source_port": "src"}],
            "port_chains": [{"name": "p", "port_pair_groups": ["ga", "gb"], "flow_classifiers": ["c"]}]
            """);
        CompiledState state = rig.Compile();

        SteeringRule entry = Assert.Single(RulesAt(rig, state, "src"));
        Assert.Equal(0, entry.HopsDone);
        Assert.Equal((byte)6, entry.Rule.Protocol);
        Assert.Equal(new AddressPrefix(0x0a00_0000, 8), entry.Rule.Destination);
        Assert.Equal(((ushort)0, (ushort)80), entry.Rule.DestinationPorts);
        Assert.Equal(1, Assert.Single(RulesAt(rig, state, "a1")).HopsDone);
        Assert.Equal(2, Assert.Single(RulesAt(rig, state, "b1")).HopsDone);
        Assert.Empty(RulesAt(rig, state, "a0"));
        Assert.Empty(RulesAt(rig, state, "dst"));
    }

    [Fact]
    public void A_classifier_without_a_source_port_applies_to_every_port_that_no_pair_has_and_comes_last()
    {
        CompilerRig rig = new(TwoGroups + """
            "flow_classifiers": [
              {"name": "any", "protocol": "tcp"},
              {"name": "named", "protocol": "udp", "logical_source_port": "src"}
            ],
            "port_chains": [
              {"name": "older", "port_pair_groups": ["ga"], "flow_classifiers": ["any"]},
              {"name": "newer", "port_pair_groups": ["gb"], "flow_classifiers": ["named"]}
            ]
            """);
        CompiledState state = rig.Compile();

        Assert.Equal([1, 0], RulesAt(rig, state, "src").Select(rule => rule.Path));
        Assert.Equal([0], RulesAt(rig, state, "dst").Select(rule => rule.Path));
        Assert.Empty(RulesAt(rig, state, "m0"));
        Assert.Equal([1], RulesAt(rig, state, "a1").Select(rule => rule.HopsDone));
    }

    [Fact]
    public void A_symmetric_chain_has_a_way_back_through_the_egress_ports_with_the_fields_exchanged()
    {
        CompilerRig rig = new(TwoGroups + """
            "flow_classifiers": [{"name": "c", "protocol": "tcp", "source_ip_prefix": "10.0.0.0/8", "destination_port_range_min": 80, "destination_port_range_max": 80,
              "logical_source_port": "src", "logical_destination_port": "dst"}],
            "port_chains": [{"name": "p", "chain_id": 9, "chain_parameters": {"correlation": "mpls", "symmetric": true}, "port_pair_groups": ["ga", "gb"], "flow_classifiers": ["c"]}]
            """);
        CompiledState state = rig.Compile();

        PathDefinition back = state.Definition.Paths[1];
        Assert.True(back.IsReverse);
        Assert.Equal(9 + 0x80_0000, back.NshPathId.Value);
        Assert.Equal(4095, back.MplsPathId);
        MemberDefinition first = Assert.Single(state.Definition.Groups[back.Hops[0].Group].Members);
        Assert.Equal((rig.Port(state, "b1"), rig.Port(state, "b0")), (first.InputPort, first.OutputPort));
        SteeringRule entry = Assert.Single(RulesAt(rig, state, "dst"));
        Assert.Equal((1, 0), (entry.Path, entry.HopsDone));
        Assert.Equal(new AddressPrefix(0x0a00_0000, 8), entry.Rule.Destination);
        Assert.Equal(((ushort)80, (ushort)80), entry.Rule.SourcePorts);
        Assert.Equal((1, 1), Assert.Single(RulesAt(rig, state, "b0").Select(rule => (rule.Path, rule.HopsDone))));
        Assert.Equal(state.Definition.Paths[0].Counter, back.Counter);
    }

    [Fact]
    public void A_mapping_holds_behind_its_hop_on_the_way_out_and_until_its_hop_on_the_way_back()
    {
        CompilerRig rig = new("""
            "port_pair_groups": [
              {"name": "ga", "port_pairs": ["a"], "port_pair_group_parameters": {"ppg_n_tuple_mapping": {
                "ingress_n_tuple": {"source_ip_prefix": "10.1.0.0/16"},
                "egress_n_tuple": {"source_ip_prefix": "203.0.113.9/32", "source_port_range_min": 4000, "source_port_range_max": "4000"}}}},
              {"name": "gb", "port_pairs": ["b"]}
            ],
            "flow_classifiers": [{"name": "c", "protocol": "tcp", "source_ip_prefix": "10.0.0.0/8", "logical_source_port": "src", "logical_destination_port": "dst"}],
            "port_chains": [{"name": "p", "chain_parameters": {"symmetric": true}, "port_pair_groups": ["ga", "gb"], "flow_classifiers": ["c"]}]
            """);
        CompiledState state = rig.Compile();
        AddressPrefix original = new(0x0a00_0000, 8);
        AddressPrefix inside = new(0x0a01_0000, 16);
        AddressPrefix outside = new(0xcb00_7109, 32);

        Assert.Equal(original, Assert.Single(RulesAt(rig, state, "src")).Rule.Source);
        FlowRule behind = Assert.Single(RulesAt(rig, state, "a1")).Rule;
        Assert.Equal(outside, behind.Source);
        Assert.Equal(((ushort)4000, (ushort)4000), behind.SourcePorts);
        Assert.Equal(outside, Assert.Single(RulesAt(rig, state, "b1")).Rule.Source);

        Assert.Equal(outside, Assert.Single(RulesAt(rig, state, "dst")).Rule.Destination);
        Assert.Equal(outside, Assert.Single(RulesAt(rig, state, "b0")).Rule.Destination);
        Assert.Equal(inside, Assert.Single(RulesAt(rig, state, "a0")).Rule.Destination);
    }

    [Theory]
    [InlineData("""{"source_ip_prefix": "not an address"}""")]
    [InlineData("""{"source_ip_prefix": "2001:db8::/32"}""")]
    [InlineData("""{"source_port_range_min": 70000}""")]
    [InlineData("""{"source_port_range_min": 10, "source_port_range_max": 9}""")]
    public void A_mapping_that_makes_no_sense_is_inactive(string egress)
    {
        CompilerRig rig = new($$$"""
            "port_pair_groups": [{"name": "ga", "port_pairs": ["a"], "port_pair_group_parameters": {"ppg_n_tuple_mapping": {"egress_n_tuple": {{{egress}}} } }}],
            "flow_classifiers": [{"name": "c", "protocol": "tcp", "source_ip_prefix": "10.0.0.0/8", "logical_source_port": "src"}],
            "port_chains": [{"name": "p", "port_pair_groups": ["ga"], "flow_classifiers": ["c"]}]
            """);
        CompiledState state = rig.Compile();

        Assert.Equal(Assert.Single(RulesAt(rig, state, "src")).Rule, Assert.Single(RulesAt(rig, state, "a1")).Rule);
    }

    [Fact]
    public void Each_hop_is_spoken_to_in_its_own_pairs_correlation_and_a_tap_stands_beside_the_path()
    {
        CompilerRig rig = new("""
            "port_pair_groups": [
              {"name": "gn", "port_pairs": ["n"], "on_empty": "skip"},
              {"name": "gt", "port_pairs": ["a"], "tap_enabled": true},
              {"name": "gb", "port_pairs": ["b"], "on_empty": "leave"}
            ],
            "port_chains": [{"name": "p", "chain_parameters": {"correlation": "nsh"}, "port_pair_groups": ["gn", "gt", "gb"]}]
            """);
        CompiledState state = rig.Compile();

        PathDefinition path = Assert.Single(state.Definition.Paths);
        Assert.Equal([EncapsulationKind.Nsh, EncapsulationKind.Plain], path.Hops.Select(hop => hop.Wants));
        Assert.Equal([EmptyGroupPolicy.Skip, EmptyGroupPolicy.Leave], path.Hops.Select(hop => hop.OnEmpty));
        Assert.Contains(rig.Port(state, "a0"), path.ChainPorts);
        TapDefinition tap = Assert.Single(path.Taps);
        Assert.Equal((1, 255 - 2 - 1, EncapsulationKind.Plain), (tap.HopsDone, tap.Index.Value, tap.Hop.Wants));
        Assert.Equal(rig.Port(state, "a0"), Assert.Single(state.Definition.Groups[tap.Hop.Group].Members).InputPort);
    }

    [Theory]
    [InlineData(EmptyGroupAction.Drop, EmptyGroupPolicy.Drop)]
    [InlineData(EmptyGroupAction.Skip, EmptyGroupPolicy.Skip)]
    [InlineData(EmptyGroupAction.Leave, EmptyGroupPolicy.Leave)]
    public void A_group_that_says_nothing_of_being_empty_takes_the_default_and_another_does_not(EmptyGroupAction onEmpty, EmptyGroupPolicy expected)
    {
        CompilerRig rig = new("""
            "port_pair_groups": [{"name": "gn", "port_pairs": ["n"]}, {"name": "ga", "port_pairs": ["a"], "on_empty": null}, {"name": "gb", "port_pairs": ["b"], "on_empty": "drop"}],
            "port_chains": [{"name": "p", "chain_parameters": {"correlation": "nsh"}, "port_pair_groups": ["gn", "ga", "gb"]}]
            """);

        Assert.Equal([expected, expected, EmptyGroupPolicy.Drop], Assert.Single(rig.Compile(onEmpty).Definition.Paths).Hops.Select(hop => hop.OnEmpty));
    }

    [Fact]
    public void An_MPLS_aware_member_and_a_chain_id_over_4095_are_refused_with_both_named()
    {
        CompilerRig rig = new("""
            "port_pair_groups": [{"name": "gm", "port_pairs": ["m"]}],
            "port_chains": [{"name": "p", "chain_id": 4096, "port_pair_groups": ["gm"]}]
            """);

        Assert.Null(rig.TryCompile(out ImmutableArray<ApiProblem> problems));
        ApiProblem problem = Assert.Single(problems);
        Assert.Equal((400, "PortChainUnavailableChainId"), (problem.Status, problem.Type));
        Assert.Contains("4096", problem.Message, StringComparison.Ordinal);
        Assert.Contains("4095", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_stay_with_what_they_were_given_to()
    {
        CompilerRig first = new("""
            "port_pair_groups": [{"name": "gn", "port_pairs": ["n"]}],
            "port_chains": [{"name": "p", "chain_parameters": {"correlation": "nsh"}, "port_pair_groups": ["gn"]}]
            """);
        CompiledState before = first.Compile();
        ResourceSet without = before.Resources with { Ports = before.Resources.Ports.Without(before.Resources.Ports.First().Id) };

        CompiledState? after = SnapshotCompiler.Compile(without, before, 2, out _);

        Assert.NotNull(after);
        Assert.Equal(before.Numbers.Ports, after.Numbers.Ports);
        Assert.Equal(-1, after.Definition.Ports[0].Network);
        Assert.Equal(before.Definition.Ports[1].Mac, after.Definition.Ports[1].Mac);
    }

    private static ImmutableArray<SteeringRule> RulesAt(CompilerRig rig, CompiledState state, string port)
    {
        int table = state.Definition.Ports[rig.Port(state, port)].RuleTable;
        return table < 0 ? [] : state.Definition.RuleTables[table].Rules;
    }
}
