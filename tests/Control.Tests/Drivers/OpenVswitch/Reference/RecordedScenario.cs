namespace NetworkingSfc.Control.Tests.Drivers.OpenVswitch.Reference;

/// <summary>One recorded situation and the state that leads to it.</summary>
/// <param name="Sections">Sections of the recording, in order.</param>
/// <param name="Groups">Groups and pairs: "GROUP_ID[flags]=IN/OUT[correlation],..." in the order of the chain; flag t is a tap, n the n-tuple mapping of the recording.</param>
/// <param name="Classifier">The classifier.</param>
/// <param name="Chain">Parameters of the chain.</param>
internal sealed record RecordedScenario(string[] Sections, string Groups, string Classifier, string Chain)
{
    public const string Web = """{"name": "fc", "protocol": "tcp", "source_ip_prefix": "10.0.0.0/24", "destination_port_range_min": 80, "destination_port_range_max": 80, "logical_source_port": "p1"}""";

    public const string Queries = """
        {"name": "fc", "protocol": "udp", "source_ip_prefix": "10.0.0.0/24", "destination_ip_prefix": "10.0.0.0/28", "source_port_range_min": 53, "source_port_range_max": 53,
         "destination_port_range_min": 1000, "destination_port_range_max": 1999, "logical_source_port": "p1", "logical_destination_port": "p2"}
        """;

    private const string Mpls = """{"correlation": "mpls"}""";
    private const string Nsh = """{"correlation": "nsh"}""";
    private const string Symmetric = """{"symmetric": true}""";
    private const string Mapping = """
        "port_pair_group_parameters": {"ppg_n_tuple_mapping": {"ingress_n_tuple": {"source_ip_prefix": "10.0.0.11/32", "source_port_range_min": 53, "source_port_range_max": 53},
          "egress_n_tuple": {"source_ip_prefix": "203.0.113.9/32", "source_port_range_min": 4000, "source_port_range_max": 4000}}},
        """;

    /// <summary>
    /// Every scenario of the recording with one chain, by title. Of W18 also both updates. The removals that follow in W18
    /// and W19b are not here: they show faults of the history of changes, and rendering is a function of the state.
    /// </summary>
    public static Dictionary<string, RecordedScenario> All { get; } = new()
    {
        ["W1 proxied, mpls"] = new(["W1"], "1=3/4:w3,5/6 2=7/8", Web, Mpls),
        ["W2 proxied, nsh"] = new(["W2"], "1=3/4,5/6 2=7/8", Web, Nsh),
        ["W3 aware, mpls"] = new(["W3"], "3=9/10mpls 4=11/12mpls", Web, Mpls),
        ["W4 aware, nsh"] = new(["W4"], "5=13/14nsh 6=15/16nsh", Web, Nsh),
        ["W5 aware, then proxied, nsh"] = new(["W5"], "5=13/14nsh 2=7/8", Web, Nsh),
        ["W6 proxied, then aware, nsh"] = new(["W6"], "2=7/8 5=13/14nsh", Web, Nsh),
        ["W8 symmetric"] = new(["W8"], "1=3/4,5/6 2=7/8", Queries, Symmetric),
        ["W9 tap last"] = new(["W9"], "2=7/8 7t=17/17", Web, Mpls),
        ["W10 tap first"] = new(["W10"], "7t=17/17 2=7/8", Web, Mpls),
        ["W11 tap before aware"] = new(["W11"], "2=7/8 7t=17/17 4=11/12mpls", Web, Mpls),
        ["W12 n-tuple mapping"] = new(["W12"], "9n=19/20 2=7/8", Web, Mpls),
        ["W12b n-tuple mapping, symmetric"] = new(["W12b"], "3n=9/10 2=7/8", Queries, Symmetric),
        ["W13 empty group first"] = new(["W13"], "8= 2=7/8", Web, Mpls),
        ["W13b empty group last"] = new(["W13b"], "2=7/8 8=", Web, Mpls),
        ["W14 weight 0"] = new(["W14"], "5=13/14:w0", Web, Mpls),
        ["W15 IPv6"] = new(["W15"], "2=7/8", """{"name": "fc", "ethertype": "IPv6", "protocol": "tcp", "logical_source_port": "p1"}""", Mpls),
        ["W16 port ranges, address of the source port"] = new(["W16"], "2=7/8",
            """{"name": "fc", "protocol": "tcp", "source_port_range_min": 1000, "source_port_range_max": 1003, "destination_port_range_min": 80, "destination_port_range_max": 90, "logical_source_port": "p2"}""", Mpls),
        ["W17 port 0"] = new(["W17"], "2=7/8",
            """{"name": "fc", "protocol": "tcp", "destination_ip_prefix": "198.51.100.0/24", "source_port_range_min": 0, "source_port_range_max": 0, "destination_port_range_min": 0, "destination_port_range_max": 100, "logical_source_port": "p2"}""", Mpls),
        ["W18 before updates"] = new(["W18"], "1=3/4,5/6", Web, Mpls),
        ["W18 a member more"] = new(["W18/1"], "1=3/4,5/6,13/14", Web, Mpls),
        ["W18 a member fewer"] = new(["W18/2"], "1=5/6,13/14", Web, Mpls),
    };

    /// <summary>The state as the part of a document that follows the ports.</summary>
    public string State
    {
        get
        {
            (string Name, string Json)[] groups = [.. Groups.Split(' ').Select(Group)];
            return $$"""
                "port_pairs": [{{string.Join(",\n", Groups.Split(' ').SelectMany(group => group.Split('=')[1].Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(Pair))}}],
                "port_pair_groups": [{{string.Join(",\n", groups.Select(group => group.Json))}}],
                "flow_classifiers": [{{Classifier}}],
                "port_chains": [{"name": "chain", "chain_id": 1, "chain_parameters": {{Chain}}, "flow_classifiers": ["fc"], "port_pair_groups": [{{string.Join(", ", groups.Select(group => $"\"{group.Name}\""))}}]}]
                """;
        }
    }

    private static (string Name, string Json) Group(string group)
    {
        string[] sides = group.Split('=');
        string id = sides[0].TrimEnd('t', 'n');
        string pairs = string.Join(", ", sides[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => $"\"{NameOf(pair)}\""));
        string tap = sides[0].EndsWith('t') ? """ "tap_enabled": true,""" : "";
        return ($"g{id}", $$"""{"name": "g{{id}}", "group_id": {{id}},{{tap}} {{(sides[0].EndsWith('n') ? Mapping : "")}} "port_pairs": [{{pairs}}]}""");
    }

    private static string Pair(string pair)
    {
        string[] parts = pair.Split(':');
        string[] ports = parts[0].Split('/');
        string aware = ports[1].TrimStart("0123456789".ToCharArray());
        string correlation = aware.Length == 0 ? "null" : $"\"{aware}\"";
        string weight = parts.Length > 1 ? parts[1][1..] : "1";
        return $$"""{"name": "{{NameOf(pair)}}", "ingress": "p{{ports[0]}}", "egress": "p{{ports[1][..^aware.Length]}}", "service_function_parameters": {"correlation": {{correlation}}, "weight": {{weight}} } }""";
    }

    private static string NameOf(string pair) => "pp" + pair.Split('/')[0];
}
