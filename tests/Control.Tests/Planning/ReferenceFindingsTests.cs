using System.Text.RegularExpressions;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Planning;

/// <summary>What the reference silently mishandles is named in a plan, and for each fault it is written down how, or why not.</summary>
public sealed partial class ReferenceFindingsTests
{
    private const string Mapping = """{"ingress_n_tuple":{},"egress_n_tuple":{"destination_port_range_min":1,"destination_port_range_max":1}}""";

    // A state of which all is well in the reference too, one that provokes each finding, and words that its message must have.
    private static readonly Dictionary<string, (ResourceSet Set, string[] Words)> _provoking = new()
    {
        ["reference_ipv6"] = (Chain(Classified(one => one with { Ethertype = IpFamily.IPv6 })), ["'one'", "'a'", "no IPv6 packet", "steered as IPv4"]),
        ["reference_null_prefix"] = (Chain(Classified(one => one with { SourceIpPrefix = null })), ["'a'", "any source address", "only address, 10.0.0.5", "source_ip_prefix"]),
        ["reference_port_zero"] = (Chain(Classified(one => one with { DestinationPorts = new PortBounds(0, 100) })), ["begins at 0", "begin at 1", "Here 0 is port 0"]),
        ["destination_port_not_matched"] = (Chain(Classified(one => one with { LogicalDestinationPort = PlanSet.Id("dst"), DestinationIpPrefix = PlanSet.Prefix("10.0.0.0/8") })), ["'dst'", "Neither", "destination_ip_prefix"]),
        ["reference_unbound_port"] = (With(Chain(Base()), set => Port(set, "src", port => port with { BindingHostId = "" })), ["'src'", "binding:host_id", "pass by"]),
        ["reference_nsh_unaware"] = (Chain(Base(), Correlation.Nsh), ["carried by NSH", "'g1', 'g2'", "drops every packet", "without NSH"]),
        ["reference_weights"] = (Chain(Two(weight: 3)), ["'two'", "weights 1, 3", "every weight for 1"]),
        ["reference_lb_fields"] = (Chain(Two(fields: LbField.IpSource)), ["lb_fields", "never looks at them"]),
        ["reference_spread_udp"] = (Chain(Two(), classifier: one => one with { Protocol = null }), ["'two'", "UDP ports out"]),
        ["reference_spread_carried"] = (Chain(Two(Correlation.Mpls)), ["'two'", "all to one member", "packet inside"]),
        ["reference_mapping_back"] = (Chain(Base().Group("g1", ["p1"], Mapping), symmetric: true), ["'g1'", "ingress values", "egress values until"]),
        ["reference_tap_nsh"] = (With(Chain(Aware(Correlation.Nsh), Correlation.Nsh), set => Tap(set, "g2")), ["'g2' is a tap", "copies nothing"]),
        ["reference_tap_copy"] = (With(Chain(Aware(Correlation.Mpls)), set => Tap(set, "g2")), ["'g2' is a tap", "no label"]),
        ["reference_graph_hosts"] = (With(Joined(symmetric: false), set => Port(set, "f2", port => port with { BindingHostId = "h2" })), ["h1, h2", "one host only"]),
        ["reference_graph_symmetric"] = (Joined(symmetric: true), ["'one'", "symmetric", "outside the graph"]),
        ["port_down"] = (With(Chain(Base()), set => Port(set, "f1", port => port with { AdminStateUp = false })), ["'f1'", "admin_state_up", "still sent"]),
        ["reference_shared_group"] = (With(Chain(Base()), set => Second(set, "g1", "dst")), ["'g1'", "'one', 'other'", "dropped"]),
        ["reference_shared_source"] = (With(Chain(Base()), set => Second(set, "g3", "src")), ["'src'", "'one', 'other'", "for good"]),
        ["reference_group_size"] = (Chain(Many()), ["6 members", "about 5"]),
    };

    public static TheoryData<string> Codes => [.. _provoking.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_is_found_where_it_is_asked_for_and_not_elsewhere(string code)
    {
        (ResourceSet set, string[] words) = _provoking[code];
        PlanFinding finding = Assert.Single(Planner.Compare(ResourceSet.Empty, set).Findings, finding => finding.Code == code);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.All(words, word => Assert.Contains(word, finding.Message, StringComparison.Ordinal));
        Assert.Contains("eference", finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(code, Planner.Compare(ResourceSet.Empty, Chain(Base())).Findings.Select(one => one.Code));
    }

    [Fact]
    public void A_state_that_the_reference_treats_alike_is_not_spoken_of() =>
        Assert.Empty(ReferenceFindings.Of(ResourceSet.Empty, Chain(Base())));

    [Theory]
    [InlineData("g1 g2", "g2 g1", true)]
    [InlineData("g1", "g3 g1", true)]
    [InlineData("g1 g2", "g2", false)]
    [InlineData("g1 g2", "g2 g3", false)]
    [InlineData("g1 g2", "g1 g2 g3", false)]
    [InlineData("g1 g2", "g1 g2", false)]
    public void Groups_in_an_order_that_the_reference_does_not_store_are_named(string before, string after, bool isNamed)
    {
        ResourceSet Ordered(string groups) => Base().Classifier(Web()).Chain("one", groups.Split(' '), ["a"], Correlation.Mpls).Set;
        PlanFinding[] findings = [.. Planner.Compare(Ordered(before), Ordered(after)).Findings.Where(finding => finding.Code == "reference_group_order")];
        Assert.Equal(isNamed ? 1 : 0, findings.Length);
        Assert.All(findings, finding => Assert.Contains("stores another one; here it is as asked", finding.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_no_port_says_its_host_none_is_missed()
    {
        ResourceSet set = Chain(Base());
        foreach (Port port in set.Ports.ToArray())
        {
            set = Port(set, port.Name, one => one with { BindingHostId = "" });
        }

        Assert.Empty(ReferenceFindings.Of(ResourceSet.Empty, set));
    }

    [Fact]
    public void An_empty_group_is_named_with_what_the_reference_makes_of_it() => Assert.Contains(
        "In the reference a group without members is the end of the chain",
        Planner.Compare(ResourceSet.Empty, Chain(Base().Group("g2", []))).Findings.Single(finding => finding.Code == "group_empty").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Every_fault_has_a_finding_that_is_provoked_or_a_reason()
    {
        Assert.All(ReferenceFault.All, fault => Assert.True(fault.Code is null != fault.WhyNone is null, fault.Fault));
        string[] elsewhere = ["mapping_without_effect", "mapping_inactive", "group_empty", "chain_without_classifier", "chain_id_over_label", "reference_group_order"];
        Assert.Empty(ReferenceFault.All.Select(fault => fault.Code).OfType<string>().Except(_provoking.Keys).Except(elsewhere));
        Assert.Empty(_provoking.Keys.Except(ReferenceFault.All.Select(fault => fault.Code)!));
    }

    [Fact]
    public void Every_row_of_the_specification_is_spoken_of()
    {
        string page = Path.Combine(Repository.Shared, "spec", "reference-dataplane.md");
        Assert.SkipUnless(File.Exists(page), $"no file {page}: the specification is not beside this checkout");
        string[] numbered = [.. Section(page, 13).Select(line => Numbered().Match(line)).Where(match => match.Success).Select(match => $"13.{match.Groups[1].Value}")];
        Assert.Equal(numbered, ReferenceFault.All.Select(fault => fault.Section).Where(section => section.StartsWith("13.", StringComparison.Ordinal)));

        // Its other table of faults, without its head.
        Assert.Equal(Section(page, 10).Count(line => line.StartsWith("| ", StringComparison.Ordinal)) - 1, ReferenceFault.All.Count(fault => fault.Section == "10"));
    }

    private static IEnumerable<string> Section(string page, int number) => File.ReadLines(page)
        .SkipWhile(line => !line.StartsWith($"## {number}. ", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| (\d+) \|")]
    private static partial Regex Numbered();

    // Three functions that know nothing, each in a group, on one host; a source with one address.
    private static PlanSet Base()
    {
        PlanSet set = new PlanSet().Network("n").Ports("n", "src", "dst", "f1", "f2", "f3");
        foreach (string number in new[] { "1", "2", "3" })
        {
            set.Pair("p" + number, "f" + number, "f" + number).Group("g" + number, ["p" + number]);
        }

        return set;
    }

    private static PlanSet Aware(Correlation correlation) => Base().Pair("p1", "f1", "f1", correlation).Pair("p2", "f2", "f2", correlation);

    private static PlanSet Two(Correlation correlation = Correlation.None, int weight = 1, params LbField[] fields) =>
        Base().Pair("p1", "f1", "f1", correlation).Pair("p2", "f2", "f2", correlation, weight).Group("two", ["p1", "p2"], null, fields);

    private static PlanSet Many()
    {
        PlanSet set = Base();
        for (int number = 4; number <= 9; number++)
        {
            set.Ports("n", $"f{number}").Pair($"p{number}", $"f{number}", $"f{number}");
        }

        return set.Group("two", ["p4", "p5", "p6", "p7", "p8", "p9"]);
    }

    private static FlowClassifier Web() => PlanSet.Flow("a") with { LogicalSourcePort = PlanSet.Id("src"), SourceIpPrefix = PlanSet.Prefix("10.0.0.0/24"), Protocol = FlowProtocol.Tcp };

    private static PlanSet Classified(Func<FlowClassifier, FlowClassifier> change) => Base().Classifier(change(Web()));

    private static ResourceSet Chain(PlanSet set, Correlation correlation = Correlation.Mpls, bool symmetric = false, Func<FlowClassifier, FlowClassifier>? classifier = null)
    {
        if (set.Set.FlowClassifiers.Count == 0)
        {
            set.Classifier((classifier ?? (one => one))(Web()));
        }

        string[] groups = set.Set.PortPairGroups.Find(PlanSet.Id("two")) is null ? ["g1", "g2"] : ["two"];
        ResourceSet made = set.Chain("one", groups, ["a"], correlation, symmetric).Set;
        foreach (Port port in made.Ports.ToArray())
        {
            made = Port(made, port.Name, one => one with { BindingHostId = "h1" });
        }

        return Port(made, "src", port => port with { FixedIps = [new FixedIp(PlanSet.Prefix("10.0.0.5/32").Address, SubnetId: null)] });
    }

    private static ResourceSet Joined(bool symmetric)
    {
        ResourceSet set = Chain(Aware(Correlation.Mpls), symmetric: symmetric);
        set = Second(set, "g3", "dst");
        return set with
        {
            ServiceGraphs = set.ServiceGraphs.With(new ServiceGraph { Id = PlanSet.Id("graph"), Name = "graph", ProjectId = "p", Branches = [new ServiceGraphBranch(PlanSet.Id("one"), [PlanSet.Id("other")])] }),
        };
    }

    // A second chain through one group, from a port.
    private static ResourceSet Second(ResourceSet set, string group, string source) => set with
    {
        FlowClassifiers = set.FlowClassifiers.With(PlanSet.Flow("b") with { LogicalSourcePort = PlanSet.Id(source), Protocol = FlowProtocol.Tcp, SourceIpPrefix = PlanSet.Prefix("11.0.0.0/8") }),
        PortChains = set.PortChains.With(set.PortChains.First() with { Id = PlanSet.Id("other"), Name = "other", ChainId = 2, Symmetric = false, PortPairGroups = [PlanSet.Id(group)], FlowClassifiers = [PlanSet.Id("b")] }),
    };

    private static ResourceSet With(ResourceSet set, Func<ResourceSet, ResourceSet> change) => change(set);

    private static ResourceSet Port(ResourceSet set, string name, Func<Port, Port> change) => set with { Ports = set.Ports.With(change(set.Ports[PlanSet.Id(name)])) };

    private static ResourceSet Tap(ResourceSet set, string group) => set with { PortPairGroups = set.PortPairGroups.With(set.PortPairGroups[PlanSet.Id(group)] with { TapEnabled = true }) };
}
