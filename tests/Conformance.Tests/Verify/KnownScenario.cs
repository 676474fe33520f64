using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Verify;

/// <summary>A state and frames that bring out one known difference.</summary>
/// <param name="Lab">The state.</param>
/// <param name="Inputs">The frames.</param>
internal sealed record KnownScenario(Lab Lab, params InputFile[] Inputs)
{
    private const string A = "02:00:00:00:01:0a";
    private const string B = "02:00:00:00:01:0b";
    private const string C = "02:00:00:00:01:0c";
    private const string AOut = "02:00:00:00:02:0a";
    private const string BOut = "02:00:00:00:02:0b";
    private const int Chain = 5;
    private const int Flows = 300;

    private static readonly PacketBuilder _web6 = Link().Ipv6("2001:db8::1", "2001:db8::2").Tcp(40000, 80).Payload(20);
    private static readonly PacketBuilder _reply = new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "10.0.0.1").Tcp(80, 40000).Payload(20);

    /// <summary>One for each row of the table, by the row's name.</summary>
    public static IReadOnlyDictionary<string, KnownScenario> All { get; } = new Dictionary<string, KnownScenario>
    {
        ["fragments"] = From(Chained("mpls", "u"), Fragment(0, true).Tcp(40000, 80).Payload(44), Fragment(64, false).Payload(30)),
        ["ip-length"] = From(
            Chained("mpls", "u"),
            Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { TotalLengthBytes = 500 }).Tcp(40000, 80),
            Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { TotalLengthBytes = 0 }).Tcp(40000, 80)),
        ["ipv6-authentication"] = From(Both("mpls", "u"), Link().Ipv6("2001:db8::1", "2001:db8::2").Ah().Tcp(40000, 80)),
        ["mtu"] = From(Chained("mpls", "a").Change(root => root["networks"]![0]!["mtu"] = 600), Web().Payload(700)),
        ["mac-only"] = From(Chained("mpls", "a"), Web().To("02:00:00:00:0f:ff"), Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(1, 2).To("02:00:00:00:0f:ff")),
        ["one-port-unaware"] = new(
            Lab.Usual().Function("a", null, A).Function("b", null, B, BOut).WebChain(Chain, "mpls", "a", "b").Change(MakeSymmetric).Change(root =>
            {
                JsonObject classifier = root["flow_classifiers"]![0]!.AsObject();
                classifier.Remove("destination_port_range_min");
                classifier.Remove("destination_port_range_max");
                classifier["source_ip_prefix"] = "10.0.0.0/24";
                classifier["destination_ip_prefix"] = "10.0.0.0/24";
            }),
            InputFile.Of("src", Web().Build()), InputFile.Of("dst", _reply.Build())),
        ["exclusive"] = From(
            Lab.Usual().Function("a", null, A, AOut).Function("b", null, B, BOut).Group("ga", ["a"], isExclusive: true).Group("gb", ["b"]).Plays("a", "rewrite", ("destination_port", 8080))
                .Classifier("web", ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
                .Chain("web", Chain, "mpls", ["ga", "gb"], ["web"]),
            Web()),
        ["graph-end"] = From(
            Chained("mpls", "au").Plays("b", "drop").Function("c", "mpls", C).Group("gc", ["c"]).Classifier("udp", ("protocol", "udp"), ("logical_source_port", "up"))
                .Function("t", "mpls", "02:00:00:00:01:0d").Plays("t", "tap").Group("gt", ["t"], isTap: true).Change(root => root["port_chains"]![0]!["port_pair_groups"]!.AsArray().Add("gt"))
                .Chain("next", Chain + 1, "mpls", ["gc"], ["udp"]).Graph(("web", "next")),
            Web()),
        ["nsh-oam"] = new(
            Chained("nsh", "aa"),
            InputFile.Of("a", new PacketBuilder().Ethernet(ForwarderMac, A).Nsh(Chain, 254, 63, null, nsh => nsh with { Oam = true }).Append(Web()).Build())),
        ["nsh-next-protocol"] = new(
            Chained("nsh", "aa"),
            InputFile.Of("a", new PacketBuilder().Ethernet(ForwarderMac, A).Nsh(Chain, 254, 63, null, nsh => nsh with { NextProtocol = 1 }).Append(Web()).Build())),
        ["ipv6"] = From(Both("mpls", "u"), _web6),
        ["no-source-port"] = From(Chained("mpls", "u").Change(root => root["flow_classifiers"]![0]!.AsObject().Remove("logical_source_port")), Web()),
        ["fixed-ip"] = From(
            Chained("mpls", "u").Change(root => root["ports"]![0]!["fixed_ips"]!.AsArray().RemoveAt(1)), Link().Ipv4("10.0.0.9", "10.0.0.2").Tcp(1, 80)),
        ["port-0"] = From(Chained("mpls", "u").Change(root => root["flow_classifiers"]![0]!["destination_port_range_min"] = 0), Web(destinationPort: 0)),
        ["cross-network"] = From(
            new Lab().Network("lan").Network("wan").Port("src", Lab.SourceMac, ["10.0.0.1", "2001:db8::1"]).Port("dst", Lab.DestinationMac, ["10.0.0.2"])
                .Function("a", "mpls", A, network: "wan").WebChain(Chain, "mpls", "a"), Web()),
        ["chain-id"] = From(Lab.Usual().Function("a", null, A).WebChain(5_000, "mpls", "a"), Web()),
        ["nsh-unaware"] = From(Chained("nsh", "u"), Web()),
        ["empty-group"] = From(Chained("mpls", "u").Change(root => root["port_pair_groups"]![0]!["port_pairs"] = new JsonArray()), Web()),
        ["header-taken"] = From(Chained("mpls", "u"), Web().Labelled(77, 1, 9)),
        ["dhcp"] = From(
            Chained("mpls", "u").Change(root =>
            {
                JsonObject classifier = root["flow_classifiers"]![0]!.AsObject();
                classifier["protocol"] = "udp";
                classifier.Remove("destination_port_range_min");
                classifier.Remove("destination_port_range_max");
            }),
            Link().Ipv4("10.0.0.1", "10.0.0.2").Udp(68, 67).Payload(8)),
        ["path-mtu-messages"] = new(
            Symmetric("mpls", "uu"),
            InputFile.Of("dst", new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("192.0.2.1", "10.0.0.1").Icmp(3, 4, 1400).Payload(Web().Build().AsMemory(14)).Build())),
        ["reverse-prefix"] = new(Symmetric("mpls", "uu").Change(root => root["flow_classifiers"]![0]!["source_ip_prefix"] = "10.0.0.0/24"), InputFile.Of("dst", _reply.Build())),
        ["reverse-n-tuple"] = new(
            Symmetric("mpls", "uu").Plays("a", "rewrite", ("source_ip", "203.0.113.9")).Change(root =>
            {
                root["flow_classifiers"]![0]!["source_ip_prefix"] = "10.0.0.1/32";
                root["flow_classifiers"]![0]!["destination_ip_prefix"] = "10.0.0.2/32";
                root["port_pair_groups"]![0]!["port_pair_group_parameters"] = new JsonObject
                {
                    ["ppg_n_tuple_mapping"] = new JsonObject
                    {
                        ["ingress_n_tuple"] = new JsonObject { ["source_ip_prefix"] = "10.0.0.1/32" },
                        ["egress_n_tuple"] = new JsonObject { ["source_ip_prefix"] = "203.0.113.9/32" },
                    },
                };
            }),
            InputFile.Of("dst", new PacketBuilder().Ethernet(Lab.SourceMac, Lab.DestinationMac).Ipv4("10.0.0.2", "203.0.113.9").Tcp(80, 40000).Build())),
        ["tap"] = From(
            Chained("mpls", "uu").Change(root =>
            {
                root["port_pair_groups"]![0]!["tap_enabled"] = true;
                root["port_pairs"]![0]!["service_function_parameters"]!["correlation"] = "mpls";
            }).Plays("a", "tap"),
            Web()),
        ["one-port-both-ways"] = new(
            Lab.Usual().Function("a", "mpls", A).Function("b", "mpls", B).Function("c", "mpls", C).WebChain(Chain, "mpls", "a", "b", "c").Change(MakeSymmetric),
            InputFile.Of("src", Web().Build()), InputFile.Of("dst", _reply.Build())),
        ["mpls-inner"] = new(Chained("mpls", "au"), InputFile.Of("a", _web6.Labelled(Chain, 254, 255).Build())),
        ["mpls-unread"] = new(
            Chained("mpls", "a"), InputFile.Of("a", new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac).Payload(new byte[] { 0, 1, 8, 0, 6, 4 }).Labelled(Chain, 254, 255).Build())),
        ["traffic-class"] = From(Chained("mpls", "a"), Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { TypeOfService = 0xb8 }).Tcp(40000, 80)),
        ["reverse-path"] = new(Symmetric("nsh", "aa"), InputFile.Of("dst", _reply.Build())),
        ["second-tag"] = From(Chained("mpls", "a"), new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac).Vlan(7).Vlan(8).Ipv4("10.0.0.1", "10.0.0.2").Tcp(40000, 80)),
        ["third-tag"] = From(Chained("mpls", "a"), new PacketBuilder().Ethernet(Lab.DestinationMac, Lab.SourceMac).Vlan(7).Vlan(8).Vlan(9).Ipv4("10.0.0.1", "10.0.0.2").Tcp(40000, 80)),
        ["nsh-unread"] = new(
            Chained("nsh", "aa"), InputFile.Of("a", new PacketBuilder().Ethernet(ForwarderMac, A).NshMdType2(Chain, 254, new byte[] { 1, 2, 3, 4 }).Append(Web()).Build())),
        ["nsh-source"] = From(Chained("nsh", "aa"), Web()),
        ["ttl"] = From(Chained("nsh", "aa"), Web()),
        ["weights"] = new(Members(null, null, 1, 3), ManyFlows()),
        ["lb-fields"] = new(Members(null, ["ip_src"], 1, 1, 1, 1), ManyFlows()),
        ["spread-behind-header"] = new(Members("mpls", null, 1, 1, 1, 1), ManyFlows()),
        ["symmetric-member"] = new(
            Members(null, null, 1, 1, 1, 1).Change(MakeSymmetric), ManyFlows(),
            InputFile.Of("dst", [.. Enumerable.Range(0, Flows).Select(flow => _reply.Change<TcpLayer>(tcp => tcp with { DestinationPort = (ushort)(40000 + flow) }).Build())])),
    };

    private static KnownScenario From(Lab lab, params PacketBuilder[] frames) => new(lab, InputFile.Of("src", [.. frames.Select(frame => frame.Build())]));

    private static PacketBuilder Fragment(ushort offset, bool more) =>
        Link().Ipv4("10.0.0.1", "10.0.0.2", protocol: 6, change: ip => ip with { Identification = 9, FragmentOffsetBytes = offset, MoreFragments = more });

    // 'u' is an unaware function with two ports. 'a' is an aware one with a single port, so that a test can name where it sends from.
    private static Lab Chained(string correlation, string functions)
    {
        Lab lab = Lab.Usual();
        for (int hop = 0; hop < functions.Length; hop++)
        {
            (string name, string ingress, string egress) = hop == 0 ? ("a", A, AOut) : ("b", B, BOut);
            lab.Function(name, functions[hop] == 'a' ? correlation : null, ingress, functions[hop] == 'a' ? null : egress);
        }

        return lab.WebChain(Chain, correlation, [.. new[] { "a", "b" }.Take(functions.Length)]);
    }

    private static Lab Both(string correlation, string functions) => Chained(correlation, functions)
        .Classifier("web6", ("ethertype", "IPv6"), ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
        .Change(root => root["port_chains"]![0]!["flow_classifiers"]!.AsArray().Add("web6"));

    // Two functions with two ports each.
    private static Lab Symmetric(string correlation, string functions) => Lab.Usual()
        .Function("a", functions[0] == 'a' ? correlation : null, A, AOut).Function("b", functions[1] == 'a' ? correlation : null, B, BOut)
        .WebChain(Chain, correlation, "a", "b").Change(MakeSymmetric);

    private static void MakeSymmetric(JsonObject root)
    {
        root["flow_classifiers"]![0]!["logical_destination_port"] = "dst";
        root["port_chains"]![0]!["chain_parameters"]!["symmetric"] = true;
    }

    private static Lab Members(string? correlation, string[]? fields, params int[] weights)
    {
        Lab lab = Lab.Usual();
        string[] names = [.. weights.Select((_, member) => $"f{member}")];
        for (int member = 0; member < weights.Length; member++)
        {
            lab.Function(names[member], correlation, $"02:00:00:00:01:0{member}", $"02:00:00:00:02:0{member}", weight: weights[member]);
        }

        return lab.Group("firewalls", names, fields)
            .Classifier("web", ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
            .Chain("web", Chain, "mpls", ["firewalls"], ["web"]);
    }

    private static InputFile ManyFlows() => InputFile.Of("src", [.. Enumerable.Range(0, Flows).Select(flow => Web((ushort)(40000 + flow)).Build())]);
}
