using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.Hosting;

/// <summary>The state of a chain of one function: UDP from port "src" goes in at "in", comes back at "out" and leaves at "dst".</summary>
internal static class ChainState
{
    /// <summary>Names of the ports, by number.</summary>
    public static readonly string[] Names = ["src", "in", "out", "dst"];

    /// <summary>MAC address of a port.</summary>
    public static string Mac(int port) => $"02:00:00:00:00:0{port + 1}";

    /// <summary>The document.</summary>
    /// <param name="details">What each port is attached to: its <c>binding:vif_details</c>.</param>
    public static JsonNode Of(Func<int, string> details) => JsonNode.Parse($$$"""
        {"revision": 50, "networks": [{"name": "n"}],
         "ports": [{{{string.Join(", ", Names.Select((name, port) => $$$"""
            {"name": "{{{name}}}", "network_id": "n", "mac_address": "{{{Mac(port)}}}", "device_id": "{{{(port is 1 or 2 ? "f" : name)}}}",
             "binding:vif_type": "other", "binding:vif_details": {{{details(port)}}} }
            """))}}}],
         "port_pairs": [{"name": "p", "ingress": "in", "egress": "out"}], "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}],
         "flow_classifiers": [{"name": "c", "protocol": "udp", "ethertype": "IPv4", "logical_source_port": "src"}],
         "port_chains": [{"name": "c", "port_pair_groups": ["g"], "flow_classifiers": ["c"]}]}
        """)!;

    /// <summary>Adds a chain of its own of one function with one port, all of one name, for TCP from port "src".</summary>
    public static JsonNode WithChain(this JsonNode state, string name, string details)
    {
        string mac = "02:00:00:00:00:0a";
        Add("ports", $$$"""{"name": "{{{name}}}", "network_id": "n", "mac_address": "{{{mac}}}", "device_id": "{{{name}}}", "binding:vif_type": "other", "binding:vif_details": {{{details}}} }""");
        Add("port_pairs", $$$"""{"name": "{{{name}}}", "ingress": "{{{name}}}", "egress": "{{{name}}}"}""");
        Add("port_pair_groups", $$$"""{"name": "{{{name}}}", "port_pairs": ["{{{name}}}"]}""");
        Add("flow_classifiers", $$$"""{"name": "{{{name}}}", "protocol": "tcp", "ethertype": "IPv4", "logical_source_port": "src"}""");
        Add("port_chains", $$$"""{"name": "{{{name}}}", "port_pair_groups": ["{{{name}}}"], "flow_classifiers": ["{{{name}}}"]}""");
        return state;

        void Add(string list, string item) => state[list]!.AsArray().Add(JsonNode.Parse(item));
    }

    /// <summary>Makes the document one that may follow the others of a test.</summary>
    public static JsonNode Later(this JsonNode state)
    {
        state["revision"] = 1_000;
        return state;
    }

    /// <summary>Adds ports that nothing is attached to.</summary>
    public static JsonNode WithPorts(this JsonNode state, int count)
    {
        for (int port = 0; port < count; port++)
        {
            state["ports"]!.AsArray().Add(JsonNode.Parse($$"""{"name": "more{{port}}", "network_id": "n", "mac_address": "02:00:00:01:{{port >> 8:x2}}:{{port & 255:x2}}"}"""));
        }

        return state;
    }
}
