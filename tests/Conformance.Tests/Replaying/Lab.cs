using System.Text.Json.Nodes;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>
/// A state document in the making: one network "lan" with ports "src", "dst" and "up" (its uplink), to which a test adds
/// functions, groups, classifiers and chains.
/// </summary>
internal sealed class Lab
{
    public const string SourceMac = "02:00:00:00:00:01";
    public const string DestinationMac = "02:00:00:00:00:02";
    public const string UplinkMac = "02:00:00:00:00:03";

    private readonly JsonObject _root = new()
    {
        ["networks"] = new JsonArray(),
        ["ports"] = new JsonArray(),
        ["port_pairs"] = new JsonArray(),
        ["port_pair_groups"] = new JsonArray(),
        ["flow_classifiers"] = new JsonArray(),
        ["port_chains"] = new JsonArray(),
        ["functions"] = new JsonObject(),
        ["uplinks"] = new JsonObject(),
    };

    /// <summary>The usual beginning.</summary>
    public static Lab Usual() => new Lab().Network("lan")
        .Port("src", SourceMac, ["10.0.0.1", "2001:db8::1"])
        .Port("dst", DestinationMac, ["10.0.0.2", "2001:db8::2"])
        .Port("up", UplinkMac)
        .Uplink("lan", "up");

    /// <summary>The document.</summary>
    public string Json => _root.ToJsonString();

    public Lab Network(string name, int? mtu = null, bool learns = false) =>
        Add("networks", With(new JsonObject { ["name"] = name, ["switching"] = learns ? "learn" : "static" }, "mtu", mtu));

    public Lab Port(string name, string mac, string[]? addresses = null, string network = "lan") => Add("ports", new JsonObject
    {
        ["name"] = name,
        ["network_id"] = network,
        ["mac_address"] = mac,
        ["fixed_ips"] = new JsonArray([.. (addresses ?? []).Select(address => (JsonNode)new JsonObject { ["ip_address"] = address })]),
        ["device_id"] = "host",
    });

    public Lab Uplink(string network, string port)
    {
        _root["uplinks"]![network] = port;
        return this;
    }

    /// <summary>A port pair and its ports: "f" with one port, or "f-in" and "f-out".</summary>
    /// <param name="name">Name of the pair.</param>
    /// <param name="correlation">Null, mpls or nsh.</param>
    /// <param name="mac">MAC address of the ingress port.</param>
    /// <param name="egressMac">MAC address of the egress port; null for one port.</param>
    /// <param name="network">Network of the ports.</param>
    /// <param name="weight">Weight of the pair.</param>
    public Lab Function(string name, string? correlation, string mac, string? egressMac = null, string network = "lan", int? weight = null)
    {
        string ingress = egressMac is null ? name : name + "-in";
        string egress = egressMac is null ? name : name + "-out";
        Port(ingress, mac, network: network);
        if (egressMac is not null)
        {
            Port(egress, egressMac, network: network);
        }

        return Pair(name, correlation, ingress, egress, weight);
    }

    /// <summary>A port pair over ports that are there.</summary>
    public Lab Pair(string name, string? correlation, string ingress, string egress, int? weight = null) => Add("port_pairs", new JsonObject
    {
        ["name"] = name,
        ["ingress"] = ingress,
        ["egress"] = egress,
        ["service_function_parameters"] = With(new JsonObject { ["correlation"] = correlation }, "weight", weight),
    });

    /// <summary>What stands behind a pair.</summary>
    public Lab Plays(string pair, string kind, params (string Name, JsonNode Value)[] replacements)
    {
        JsonObject function = new() { ["kind"] = kind };
        foreach ((string name, JsonNode value) in replacements)
        {
            function[name] = value;
        }

        _root["functions"]![pair] = function;
        return this;
    }

    public Lab Group(string name, string[] pairs, string[]? fields = null, bool isTap = false, bool isExclusive = false) => Add("port_pair_groups", new JsonObject
    {
        ["name"] = name,
        ["port_pairs"] = ListOf(pairs),
        ["tap_enabled"] = isTap,
        ["exclusive"] = isExclusive,
        ["port_pair_group_parameters"] = fields is null ? [] : new JsonObject { ["lb_fields"] = ListOf(fields) },
    });

    /// <summary>A classifier; members by their name in the API.</summary>
    public Lab Classifier(string name, params (string Name, JsonNode? Value)[] members)
    {
        JsonObject classifier = new() { ["name"] = name };
        foreach ((string member, JsonNode? value) in members)
        {
            classifier[member] = value;
        }

        return Add("flow_classifiers", classifier);
    }

    public Lab Chain(string name, int id, string correlation, string[] groups, string[] classifiers, bool symmetric = false) => Add("port_chains", new JsonObject
    {
        ["name"] = name,
        ["chain_id"] = id,
        ["chain_parameters"] = new JsonObject { ["correlation"] = correlation, ["symmetric"] = symmetric },
        ["port_pair_groups"] = ListOf(groups),
        ["flow_classifiers"] = ListOf(classifiers),
    });

    /// <summary>One chain through groups of one function each, which has the classifier "tcp to port 80 from src".</summary>
    public Lab WebChain(int id, string correlation, params string[] functions)
    {
        foreach (string function in functions)
        {
            Group("group-" + function, [function]);
        }

        return Classifier("web", ("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80), ("logical_source_port", "src"))
            .Chain("web", id, correlation, [.. functions.Select(function => "group-" + function)], ["web"]);
    }

    /// <summary>A service graph of these joins.</summary>
    public Lab Graph(params (string Source, string Destination)[] joins)
    {
        JsonObject branches = [];
        foreach (IGrouping<string, (string Source, string Destination)> branch in joins.GroupBy(join => join.Source))
        {
            branches[branch.Key] = ListOf([.. branch.Select(join => join.Destination)]);
        }

        _root["service_graphs"] = new JsonArray(new JsonObject { ["name"] = "graph", ["port_chains"] = branches });
        return this;
    }

    /// <summary>Any other change of the document.</summary>
    public Lab Change(Action<JsonObject> change)
    {
        change(_root);
        return this;
    }

    private static JsonArray ListOf(string[] names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonObject With(JsonObject members, string name, int? value)
    {
        if (value is int given)
        {
            members[name] = given;
        }

        return members;
    }

    private Lab Add(string list, JsonObject item)
    {
        _root[list]!.AsArray().Add((JsonNode)item);
        return this;
    }
}
