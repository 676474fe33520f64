namespace NetworkingSfc.Control.Tests.Planning;

/// <summary>
/// One thing that the reference silently mishandles, as its page tells it, and the finding that names it in a plan, or why none does.
/// </summary>
/// <param name="Section">Section of <c>reference-dataplane.md</c>; with its number where the section is a numbered list.</param>
/// <param name="Fault">What the reference does.</param>
/// <param name="Code">Code of the finding; null for none.</param>
/// <param name="WhyNone">Why a plan says nothing of it; null where it does.</param>
public sealed record ReferenceFault(string Section, string Fault, string? Code, string? WhyNone)
{
    private const string NoAttribute = "no attribute of a state asks for it";
    private const string Loud = "the reference refuses it, so nobody has such a state";
    private const string Passing = "it happens while the reference runs or changes, and no state has it";
    private const string Packets = "it depends on packets, and every state may meet them";
    private const string Alike = "it is done alike here";

    /// <summary>Every row of the sections that tell of faults: 3, 4, 5, 7, 8, 9, 10 and 13.</summary>
    public static IReadOnlyList<ReferenceFault> All { get; } =
    [
        Named("3", "IPv6 classifier: error in a log, no flow", "reference_ipv6"),
        Named("3", "null prefix: the port's only address", "reference_null_prefix"),
        Named("3", "port bound 0: treated as absent", "reference_port_zero"),
        Named("3", "logical_destination_port: not matched", "destination_port_not_matched"),
        None("3", "l7_parameters ignored", "the API takes an empty object only"),
        None("3", "later fragments miss port classifiers", Packets),
        None("3", "groups in other subnets", Loud),
        None("3", "networks of another type than vxlan are skipped", "a network has no type here"),
        Named("3", "ports that are not bound to a host are skipped", "reference_unbound_port"),
        Named("4", "NSH with functions that do not know it", "reference_nsh_unaware"),
        None("4", "a header that no flow expects is dropped", Alike),
        None("4", "a frame from an unaware function that matches nothing leaves", Alike),
        Named("5", "every weight is 1", "reference_weights"),
        Named("5", "lb_fields never used", "reference_lb_fields"),
        Named("5", "UDP ports not hashed", "reference_spread_udp"),
        Named("5", "one member behind NSH and MPLS", "reference_spread_carried"),
        None("5", "no health checks", NoAttribute),
        None("5", "flows move when members change", "the plan counts the flows that move here"),
        Named("5", "a member without host is left out", "reference_unbound_port"),
        Named("7", "ingress values too early on the way back", "reference_mapping_back"),
        Named("7", "a mapping at functions that know an encapsulation", "mapping_without_effect"),
        Named("7", "values that make no sense are stored", "mapping_inactive"),
        None("7", "protocol cannot be mapped", Loud),
        None("8", "one pair only", Loud),
        None("8", "two taps in a row", Loud),
        Named("8", "no taps in NSH chains", "reference_tap_nsh"),
        Named("8", "a copy is malformed", "reference_tap_copy"),
        None("8", "what a tap sends is not used", Alike),
        Named("9", "rules without a host", "reference_graph_hosts"),
        None("9", "no match leaves", Alike),
        None("9", "a joined chain is not entered from its own port", Alike),
        Named("10", "first group empty: chain bypassed", "group_empty"),
        Named("10", "later group empty: rest bypassed", "group_empty"),
        None("10", "deleting a chain with an empty group leaves flows behind", Passing),
        Named("10", "members without host: end of chain", "reference_unbound_port"),
        Named("10", "function down, port bound: black hole", "port_down"),
        Named("10", "weight 0 is 1", "reference_weights"),
        Named("10", "chain without classifiers", "chain_without_classifier"),
        Named("10", "IPv6 classifier steers nothing", "reference_ipv6"),
        None("10", "update of a chain leaves a gap", Passing),
        None("10", "update of members leaves a gap", Passing),
        None("10", "restart of the agent", Passing),
        Named("10", "two chains share an unaware group", "reference_shared_group"),
        Named("10", "two chains with one source port", "reference_shared_source"),
        None("10", "pair on a port without host", Loud),
        None("10", "chain across subnets", Loud),
        None("10", "a refused delete has removed flows", Passing),
        Named("13.1", "IPv6", "reference_ipv6"),
        Named("13.2", "weights", "reference_weights"),
        Named("13.3", "lb_fields", "reference_lb_fields"),
        Named("13.4", "NSH with ordinary functions", "reference_nsh_unaware"),
        Named("13.5", "one member behind aware groups", "reference_spread_carried"),
        Named("13.6", "UDP ports", "reference_spread_udp"),
        None("13.7", "across subnets", Loud),
        None("13.8", "other networks than vxlan", "a network has no type here"),
        None("13.9", "one classifier at two ports for two chains", Loud),
        Named("13.10", "groups in another order", "reference_group_order"),
        None("13.11", "attributes that cannot be changed", Loud),
        None("13.12", "functions shared between projects", Loud),
        None("13.13", "health checks", NoAttribute),
        None("13.14", "hitless update", Passing),
        None("13.15", "functions that rewrite dynamically: no exclusive groups", Loud),
        None("13.16", "NSH metadata", NoAttribute),
        Named("13.17", "graphs with symmetric chains", "reference_graph_symmetric"),
        Named("13.18", "taps", "reference_tap_nsh"),
        Named("13.19", "path ids over 4095", "chain_id_over_label"),
        None("13.20", "L7 parameters", Loud),
        None("13.21", "other protocols and fields", Loud),
        None("13.22", "statistics", NoAttribute),
        None("13.23", "status", NoAttribute),
        None("13.24", "OVN", NoAttribute),
        None("13.25", "wrong MAC addresses from functions", Packets),
        None("13.26", "quotas", Loud),
        Named("13.27", "deleting one chain kills another", "reference_shared_group"),
        None("13.28", "flows of deleted ports stay", Passing),
        Named("13.29", "more than five members", "reference_group_size"),
        None("13.30", "fragments and ICMP errors", Packets),
    ];

    private static ReferenceFault Named(string section, string fault, string code) => new(section, fault, code, null);

    private static ReferenceFault None(string section, string fault, string why) => new(section, fault, null, why);
}
