using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Planning;

public sealed class ClassifierFindingsTests
{
    [Fact]
    public void Classifiers_that_share_nothing_are_not_spoken_of() =>
        Assert.Empty(Find(TwoChains().Classifier("a", "src", prefix: "10.0.0.0/8").Classifier("b", "src", prefix: "11.0.0.0/8")));

    [Fact]
    public void The_older_chain_takes_what_two_match()
    {
        PlanFinding finding = Assert.Single(Find(TwoChains().Classifier("a", "src", prefix: "10.0.0.0/9").Classifier("b", "src", prefix: "10.0.0.0/8")));
        Assert.Equal(("classifiers_overlap", FindingSeverity.Warning), (finding.Code, finding.Severity));
        Assert.StartsWith("Classifier 'b' (chain 'two') and classifier 'a' (chain 'one')", finding.Message);
        Assert.Contains("classifier 'a' (chain 'one') takes them", finding.Message);
    }

    [Fact]
    public void What_a_wider_one_takes_whole_can_never_match()
    {
        PlanFinding finding = Assert.Single(Find(TwoChains().Classifier("a", "src", prefix: "10.0.0.0/8").Classifier("b", "src", prefix: "10.1.0.0/16")));
        Assert.Equal("classifier_never_matches", finding.Code);
        Assert.Equal("Classifier 'b' (chain 'two') can never match: all it could match is taken by classifier 'a' (chain 'one').", finding.Message);
    }

    [Fact]
    public void Several_together_can_take_all()
    {
        PlanSet set = Base().Classifier("low", "src", prefix: "10.0.0.0/9").Classifier("high", "src", prefix: "10.128.0.0/9").Classifier("all", "src", prefix: "10.0.0.0/8");
        PlanFinding finding = Assert.Single(Find(set.Chain("one", ["g1"], ["low", "high"]).Chain("two", ["g2"], ["all"])));
        Assert.Contains("'all' (chain 'two') can never match: all it could match is taken by classifier 'low' (chain 'one'), classifier 'high' (chain 'one')", finding.Message);
    }

    [Fact]
    public void Within_a_chain_the_second_adds_nothing()
    {
        PlanFinding finding = Assert.Single(Find(Base().Classifier("a", "src").Classifier("b", "src", "dst").Chain("one", ["g1"], ["a", "b"])));
        Assert.Equal(("classifier_redundant", FindingSeverity.Note), (finding.Code, finding.Severity));
    }

    [Fact]
    public void Other_ports_do_not_meet() =>
        Assert.Empty(Find(TwoChains().Classifier("a", "src").Classifier("b", "dst")));

    [Fact]
    public void A_named_port_comes_before_any_port()
    {
        PlanFinding[] findings = Find(TwoChains().Classifier("a").Classifier("b", "src"));
        PlanFinding finding = Assert.Single(findings);
        Assert.Equal("Classifier 'a' (chain 'one') matches nothing from port 'src': all it could match is taken by classifier 'b' (chain 'two').", finding.Message);
    }

    [Fact]
    public void Without_a_port_that_is_not_of_a_pair_a_classifier_for_any_port_never_matches()
    {
        PlanSet set = new PlanSet().Network("n").Ports("n", "f1").Pair("p1", "f1", "f1", Correlation.Nsh).Group("g1", ["p1"]);
        Assert.Contains("every port is one of a port pair", Assert.Single(Find(set.Classifier("a").Chain("one", ["g1"], ["a"]))).Message);
    }

    [Fact]
    public void Dhcp_never_enters_a_chain()
    {
        FlowClassifier dhcp = PlanSet.Flow("dhcp") with
        {
            Protocol = FlowProtocol.Udp,
            DestinationPorts = new PortBounds(67, 68),
            LogicalSourcePort = PlanSet.Id("src"),
        };
        Assert.Contains("DHCP", Assert.Single(Find(Base().Classifier(dhcp).Chain("one", ["g1"], ["dhcp"]))).Message);
        Assert.Empty(Find(Base().Classifier(dhcp with { DestinationPorts = new PortBounds(67, 69) }).Chain("one", ["g1"], ["dhcp"])));
    }

    [Fact]
    public void The_way_back_of_one_chain_can_take_what_another_wants()
    {
        PlanSet set = Base().Classifier("a", "src", "dst").Classifier("b", "dst");
        PlanFinding finding = Assert.Single(Find(set.Chain("one", ["g1"], ["a"], symmetric: true).Chain("two", ["g2"], ["b"])));
        Assert.Contains("Classifier 'b' (chain 'two') can never match: all it could match is taken by the way back of classifier 'a' (chain 'one')", finding.Message);
    }

    [Fact]
    public void A_classifier_in_no_chain_is_named() =>
        Assert.Equal("In no chain, so they steer nothing: 'a'.", Assert.Single(Find(Base().Classifier("a", "src"))).Message);

    [Fact]
    public void One_port_of_two_unaware_hops_leaves_open_which_hop_a_frame_is_behind()
    {
        PlanSet set = Base().Ports("n", "u").Pair("pu1", "u", "u").Pair("pu2", "u", "u").Group("gu1", ["pu1"]).Group("gu2", ["pu2"]);
        PlanFinding finding = Assert.Single(Find(set.Classifier("a", "src").Chain("one", ["gu1", "gu2"], ["a"])));
        Assert.Equal("return_ambiguous", finding.Code);
        Assert.StartsWith("Frames from port 'u' may be behind hop 1 of chain 'one' or behind hop 2 of chain 'one', and their classifiers do not tell which: the latter is assumed", finding.Message);
    }

    [Fact]
    public void A_function_of_two_joined_chains_leaves_open_which_of_them_a_frame_is_in_and_the_one_behind_is_assumed()
    {
        PlanSet set = Base().Ports("n", "u").Pair("pu", "u", "u").Group("gu", ["pu"]).Classifier("a", "src", prefix: "10.0.0.0/8").Classifier("b", "dst");
        PlanFinding finding = Assert.Single(Find(set.Chain("one", ["gu", "g1"], ["a"]).Chain("two", ["g2", "gu"], ["b"]).Graph(("one", "two"))));
        Assert.Equal(("return_ambiguous", FindingSeverity.Warning), (finding.Code, finding.Severity));
        Assert.StartsWith("Frames from port 'u' may be behind hop 1 of chain 'one' or behind hop 2 of chain 'two', and their classifiers do not tell which: the latter is assumed", finding.Message);
    }

    [Fact]
    public void A_one_port_function_of_a_symmetric_chain_leaves_the_direction_open()
    {
        PlanSet set = Base().Ports("n", "u").Pair("pu", "u", "u").Group("gu", ["pu"]);
        Assert.Equal("direction_guessed", Assert.Single(Find(set.Classifier("a", "src", "dst").Chain("one", ["gu"], ["a"], symmetric: true))).Code);
        PlanSet told = Base().Ports("n", "u").Pair("pu", "u", "u").Group("gu", ["pu"]);
        FlowClassifier oneWay = PlanSet.Flow("a") with
        {
            SourceIpPrefix = PlanSet.Prefix("10.0.0.0/8"),
            DestinationIpPrefix = PlanSet.Prefix("11.0.0.0/8"),
            LogicalSourcePort = PlanSet.Id("src"),
            LogicalDestinationPort = PlanSet.Id("dst"),
        };
        Assert.Empty(Find(told.Classifier(oneWay).Chain("one", ["gu"], ["a"], symmetric: true)));
    }

    [Fact]
    public void Thousands_of_classifiers_are_judged()
    {
        PlanSet set = Base();
        string[] names = [.. Enumerable.Range(0, 3000).Select(index => $"c{index}")];
        foreach ((int index, string name) in names.Index())
        {
            set.Classifier(name, "src", prefix: $"10.{index >> 8}.{index & 255}.0/24");
        }

        Assert.Empty(Find(set.Chain("one", ["g1"], names)));
    }

    private static PlanFinding[] Find(PlanSet set) => [.. ClassifierFindings.Of(set.Set)];

    private static PlanSet Base() => new PlanSet().Network("n").Ports("n", "src", "dst", "f1", "f2")
        .Pair("p1", "f1", "f1", Correlation.Nsh).Pair("p2", "f2", "f2", Correlation.Nsh).Group("g1", ["p1"]).Group("g2", ["p2"]);

    private static PlanSet TwoChains() => Base().Chain("one", ["g1"], ["a"]).Chain("two", ["g2"], ["b"]);
}
