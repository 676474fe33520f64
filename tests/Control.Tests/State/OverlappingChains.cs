namespace NetworkingSfc.Control.Tests.State;

/// <summary>Chains one, two and three whose classifiers match the same packets from different ports, and four that has none.</summary>
internal static class OverlappingChains
{
    /// <summary>The state with these graphs, revision 1.</summary>
    public static string With(string graphs) => $$"""
        {
          "revision": 1,
          "networks": [{"name": "net"}],
          "ports": [
            {"name": "a", "network_id": "net", "device_id": "vm"},
            {"name": "b", "network_id": "net", "device_id": "vm"},
            {"name": "c", "network_id": "net", "device_id": "vm"}
          ],
          "port_pairs": [{"name": "p", "ingress": "a", "egress": "b", "service_function_parameters": {"correlation": "nsh"} }],
          "port_pair_groups": [{"name": "g", "port_pairs": ["p"]}, {"name": "h"}],
          "flow_classifiers": [{"name": "x", "logical_source_port": "a"}, {"name": "y", "logical_source_port": "b"}, {"name": "z", "logical_source_port": "c"}],
          "port_chains": [
            {"name": "one", "port_pair_groups": ["g"], "flow_classifiers": ["x"], "chain_parameters": {"correlation": "nsh"} },
            {"name": "two", "port_pair_groups": ["g", "h"], "flow_classifiers": ["y"], "chain_parameters": {"correlation": "nsh"} },
            {"name": "three", "port_pair_groups": ["h", "g"], "flow_classifiers": ["z"], "chain_parameters": {"correlation": "nsh"} },
            {"name": "four", "port_pair_groups": ["h"], "chain_parameters": {"correlation": "nsh"} }
          ],
          "service_graphs": {{graphs}}
        }
        """;
}
