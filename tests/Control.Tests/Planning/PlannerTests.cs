using System.Collections.Immutable;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;

namespace NetworkingSfc.Control.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void The_same_state_changes_nothing()
    {
        Plan plan = Planner.Compare(Sample().Set, Sample().Set);
        Assert.Empty(plan.Changes);
        Assert.Empty(plan.Findings);
        Assert.Empty(plan.Moves);
        Assert.False(plan.IsRefused);
    }

    [Fact]
    public void Objects_are_added_changed_and_removed()
    {
        Plan plan = Planner.Compare(Sample().Set, Sample().Network("n", mtu: 1500).Ports("n", "new").Set with { FlowClassifiers = ResourceSet.Empty.FlowClassifiers, PortChains = ResourceSet.Empty.PortChains });
        Assert.Equal(
            ["Change network n", "Add port new", "Remove flow_classifier a", "Remove port_chain one"],
            plan.Changes.Select(change => $"{change.Action} {change.Kind} {change.Name}"));
        Assert.Equal(new AttributeChange("mtu", "9000", "1500"), Assert.Single(plan.Changes[0].Attributes));
    }

    [Fact]
    public void Uplinks_are_added_changed_and_removed()
    {
        ResourceSet set = Sample().Ports("n", "up", "other").Ports("outside", "way out").Network("gone").Ports("gone", "last").Set;
        ResourceSet before = set with { Uplinks = Map(("n", PlanSet.Id("up")), ("gone", PlanSet.Id("last"))) };
        ResourceSet after = set with { Uplinks = Map(("n", PlanSet.Id("other")), ("outside", PlanSet.Id("way out"))) };
        Plan plan = Planner.Compare(before, after);
        Assert.Equal(["Change uplink n", "Add uplink outside", "Remove uplink gone"], plan.Changes.Select(change => $"{change.Action} {change.Kind} {change.Name}"));
        Assert.Equal(PlanSet.Id("n"), plan.Changes[0].Id);
        Assert.Equal(new AttributeChange("port", $"\"{PlanSet.Id("up")}\"", $"\"{PlanSet.Id("other")}\""), Assert.Single(plan.Changes[0].Attributes));
        Assert.Empty(Planner.Compare(after, after with { Uplinks = Map(("outside", PlanSet.Id("way out")), ("n", PlanSet.Id("other"))) }).Changes);
    }

    [Fact]
    public void Functions_are_added_changed_and_removed()
    {
        ResourceSet set = Sample().Pair("q", "f", "f").Pair("r", "f", "f").Set;
        ServiceFunction rewrite = new(FunctionKind.Rewrite) { SourcePort = 7, DestinationPort = 9 };
        ResourceSet before = set with { Functions = Map(("p", rewrite), ("q", new ServiceFunction(FunctionKind.Drop))) };
        ResourceSet after = set with { Functions = Map(("p", rewrite with { SourcePort = null, DestinationPort = 10 }), ("r", new ServiceFunction(FunctionKind.Tap))) };
        Plan plan = Planner.Compare(before, after);
        Assert.Equal(["Change function p", "Add function r", "Remove function q"], plan.Changes.Select(change => $"{change.Action} {change.Kind} {change.Name}"));
        Assert.Equal([new AttributeChange("destination_port", "9", "10"), new AttributeChange("source_port", "7", null)], plan.Changes[0].Attributes);
    }

    [Fact]
    public void What_goes_with_an_object_goes_with_it_in_the_plan_too()
    {
        ResourceSet whole = Sample().Set with { Uplinks = Map(("outside", PlanSet.Id("src"))), Functions = Map(("p", new ServiceFunction(FunctionKind.Aware))) };
        Assert.Equal(["uplink outside", "function p"], Planner.Compare(whole, ResourceSet.Empty).Changes.Select(change => $"{change.Kind} {change.Name}").TakeLast(2));
        Assert.Equal(["uplink outside", "function p"], Planner.Compare(ResourceSet.Empty, whole).Changes.Select(change => $"{change.Kind} {change.Name}").TakeLast(2));
    }

    [Fact]
    public void Chains_in_another_order_are_noted()
    {
        PlanSet one = Sample().Chain("two", ["g"], []);
        ResourceSet other = one.Set with { PortChains = ResourceSet.Empty.PortChains.With(one.Set.PortChains.Last()).With(one.Set.PortChains.First()) };
        Assert.Contains(Planner.Compare(one.Set, other).Findings, finding => finding.Code == "order_changed");
    }

    [Theory]
    [InlineData(Correlation.Nsh, 1500, 1462)]
    [InlineData(Correlation.Mpls, 1500, 1496)]
    [InlineData(Correlation.None, 1400, 1400)]
    [InlineData(Correlation.Nsh, 1538, 1500)]
    public void Packets_that_do_not_fit_are_found(Correlation correlation, int mtu, int largest)
    {
        PlanSet set = new PlanSet().Network("n", 1500).Network("functions", mtu).Ports("n", "src").Ports("functions", "f", "g")
            .Pair("p", "f", "g", correlation).Group("g1", ["p"]).Classifier("a", "src").Chain("one", ["g1"], ["a"], correlation == Correlation.None ? Correlation.Nsh : correlation);
        Plan plan = Planner.Compare(ResourceSet.Empty, set.Set);
        Assert.Equal(new PathSize(PlanSet.Id("one"), "one", null, largest), Assert.Single(plan.Paths));
        Assert.Equal(largest < 1500, plan.Findings.Any(finding => finding.Code == "too_long"));
        if (largest < 1500)
        {
            Assert.Contains($"An MTU of {mtu + 1500 - largest} on network 'functions' would do", plan.Findings.Single(finding => finding.Code == "too_long").Message);
        }
    }

    [Fact]
    public void A_label_without_room_for_the_chain_id_is_refused()
    {
        PlanSet set = Functions(Correlation.Mpls).Classifier("a", "src").Chain("one", ["g"], ["a"], Correlation.Mpls, chainId: 5000);
        Plan plan = Planner.Compare(ResourceSet.Empty, set.Set);
        Assert.True(plan.IsRefused);
        Assert.Equal(("refused", FindingSeverity.Error), (plan.Findings[0].Code, plan.Findings[0].Severity));
        Assert.Contains("5000", plan.Findings[0].Message);
    }

    [Theory]
    [InlineData("chain_id_over_label")]
    [InlineData("no_way_back")]
    [InlineData("mixed_correlation")]
    [InlineData("group_empty")]
    [InlineData("chain_without_classifier")]
    [InlineData("no_return")]
    [InlineData("mapping_inactive")]
    [InlineData("mapping_without_effect")]
    public void Surprises_are_found(string code)
    {
        PlanSet set = code switch
        {
            "chain_id_over_label" => Functions(Correlation.None).Classifier("a", "src").Chain("one", ["g"], ["a"], Correlation.Mpls, chainId: 5000),
            "no_way_back" => Functions(Correlation.Nsh).Classifier("a", "src").Chain("one", ["g"], ["a"], symmetric: true),
            "mixed_correlation" => Functions(Correlation.Mpls).Classifier("a", "src").Chain("one", ["g"], ["a"], Correlation.Nsh),
            "group_empty" => Functions(Correlation.Nsh).Group("empty", []).Classifier("a", "src").Chain("one", ["g", "empty"], ["a"]),
            "chain_without_classifier" => Functions(Correlation.Nsh).Chain("one", ["g"], []),
            "no_return" => Functions(Correlation.Nsh).Pair("unaware", "f", "f").Group("g2", ["unaware"]).Classifier("a", "src", "src").Chain("one", ["g2"], ["a"]),
            "mapping_inactive" => Functions(Correlation.None).Group("g", ["p"], """{"ingress_n_tuple":{"source_ip_prefix":"10.0.0.1.3"}}"""),
            _ => Functions(Correlation.Nsh).Group("g", ["p"], """{"egress_n_tuple":{"source_ip_prefix":"10.0.0.1/32"}}"""),
        };
        Assert.Contains(code, Planner.Compare(ResourceSet.Empty, set.Set).Findings.Select(finding => finding.Code));
        Assert.DoesNotContain(code, Planner.Compare(ResourceSet.Empty, Sample().Set).Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData(EmptyGroupAction.Drop, "every packet of the chain is dropped there.")]
    [InlineData(EmptyGroupAction.Skip, "packets pass it by.")]
    [InlineData(EmptyGroupAction.Leave, "packets leave the chain there.")]
    [InlineData(null, "every packet of the chain is dropped there, unless the server was started with another --on-empty.")]
    public void What_becomes_of_packets_at_an_empty_group_is_said(EmptyGroupAction? onEmpty, string fate)
    {
        ResourceSet set = Functions(Correlation.Nsh).Group("empty", []).Classifier("a", "src").Chain("one", ["empty"], ["a"]).Set;
        set = set with { PortPairGroups = set.PortPairGroups.With(set.PortPairGroups.Last() with { OnEmpty = onEmpty }) };
        Assert.Contains(fate, Planner.Compare(ResourceSet.Empty, set).Findings.Single(finding => finding.Code == "group_empty").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"zz":{"source_ip_prefix":"10.0.0.1/32"}}""", "'zz' is not a tuple")]
    [InlineData("""{"ingress_n_tuple":{"source_port_range_min":70000}}""", "'70000' is not a port")]
    [InlineData("""{"ingress_n_tuple":{"source_port_range_min":"9","source_port_range_max":8}}""", "source ports from 9 to 8")]
    [InlineData("""{"ingress_n_tuple":{"source_ip_prefix":"10.0.0.0/8"},"egress_n_tuple":{"source_ip_prefix":"::/0"}}""", "one family")]
    public void A_mapping_that_makes_no_sense_is_named(string mapping, string expected) =>
        Assert.Contains(expected, Assert.Single(MappingFindings.Of(Functions(Correlation.None).Group("g", ["p"], mapping).Set)).Message);

    private static ImmutableDictionary<Guid, T> Map<T>(params (string Owner, T Value)[] entries) => entries.ToImmutableDictionary(entry => PlanSet.Id(entry.Owner), entry => entry.Value);

    private static PlanSet Functions(Correlation correlation) =>
        new PlanSet().Network("n", 9000).Network("outside", 1500).Ports("outside", "src").Ports("n", "f").Pair("p", "f", "f", correlation).Group("g", ["p"]);

    private static PlanSet Sample() => Functions(Correlation.Nsh).Classifier("a", "src").Chain("one", ["g"], ["a"]);
}
