using NetworkingSfc.Control.Planning;

namespace NetworkingSfc.Control.Tests.Planning;

public sealed class ExclusiveFindingsTests
{
    private const string Mapping = """{"egress_n_tuple":{"source_ip_prefix":"203.0.113.0/24"}}""";

    [Fact]
    public void A_function_with_ports_of_its_own_and_an_unaware_one_behind_it_are_nothing_to_speak_of() =>
        Assert.Empty(Find(Base().Classifier("a", "src", prefix: "10.0.0.0/8").Chain("one", ["nat", "ids"], ["a"])));

    [Theory]
    [InlineData("pair")]
    [InlineData("classifier")]
    public void Who_else_uses_its_port_is_named(string user)
    {
        PlanSet set = user == "pair" ? Base().Pair("other", "src", "n-out") : Base().Classifier("other", "n-out");
        PlanFinding finding = Assert.Single(Find(set.Classifier("a", "src").Chain("one", ["nat", "ids"], ["a"])));
        Assert.Equal(("exclusive_port_shared", FindingSeverity.Warning), (finding.Code, finding.Severity));
        Assert.Contains("port 'n-out' is also of " + (user == "pair" ? "port pair 'other'" : "classifier 'other'"), finding.Message);
    }

    [Fact]
    public void A_group_behind_it_that_other_chains_have_too_loses_what_it_rewrote()
    {
        PlanSet Chains(PlanSet set) => set.Classifier("a", "src", prefix: "10.0.0.0/8").Classifier("b", "src", prefix: "11.0.0.0/8").Chain("one", ["nat", "ids"], ["a"]).Chain("two", ["ids"], ["b"]);
        PlanFinding finding = Assert.Single(Find(Chains(Base())));
        Assert.Equal("rewritten_leaves", finding.Code);
        Assert.Contains("of chain 'one' has rewritten leave it behind its group 'ids'", finding.Message);
        Assert.Empty(Find(Chains(Base().Group("nat", ["n"], Mapping).Exclusive("nat"))));
    }

    [Fact]
    public void Answers_to_what_it_wrote_need_a_mapping_where_the_classifier_names_sources()
    {
        PlanSet Chain(PlanSet set, string? prefix) => set.Classifier("a", "src", "dst", prefix).Chain("one", ["nat"], ["a"], symmetric: true);
        Assert.Equal("answers_unrecognised", Assert.Single(Find(Chain(Base(), "10.0.0.0/8"))).Code);
        Assert.Empty(Find(Chain(Base(), null)));
        Assert.Empty(Find(Chain(Base().Group("nat", ["n"], Mapping).Exclusive("nat"), "10.0.0.0/8")));
    }

    [Fact]
    public void With_one_port_and_two_ways_the_direction_of_what_it_rewrote_is_a_guess()
    {
        PlanSet set = Base().Ports("n", "m").Pair("m", "m", "m").Group("nat", ["m"]).Exclusive("nat");
        PlanFinding finding = Assert.Single(Find(set.Classifier("a", "src", "dst").Chain("one", ["nat"], ["a"], symmetric: true)));
        Assert.Equal("direction_guessed", finding.Code);
        Assert.StartsWith("Rewritten frames from port 'm' may be on either way of chain 'one'", finding.Message);
    }

    private static PlanFinding[] Find(PlanSet set) => [.. ExclusiveFindings.Of(set.Set)];

    private static PlanSet Base() => new PlanSet().Network("n").Ports("n", "src", "dst", "n-in", "n-out", "i-in", "i-out")
        .Pair("n", "n-in", "n-out").Pair("i", "i-in", "i-out").Group("nat", ["n"]).Exclusive("nat").Group("ids", ["i"]);
}
