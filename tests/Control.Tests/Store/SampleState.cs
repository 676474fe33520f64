using System.Text;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>A state with a value that is not the default in every member of every kind.</summary>
internal static class SampleState
{
    private const string Document = """
        {
          "networks": [{"name": "net é\u0000\t\"", "mtu": 9000, "switching": "learn", "admin_state_up": false, "shared": true, "description": "d", "project_id": "p"}, {"name": "other"}],
          "subnets": [
            {"name": "four", "network_id": "other", "ip_version": 4, "cidr": "10.0.0.0/8", "gateway_ip": null, "enable_dhcp": false},
            {"name": "six", "network_id": "other", "ip_version": 6, "cidr": "2001:DB8::/32", "gateway_ip": "2001:db8::ffff:10.1.2.3"}
          ],
          "ports": [
            {"name": "src", "network_id": "other", "fixed_ips": [{"ip_address": "2001:db8::1"}, {"ip_address": "10.0.0.1"}],
             "mac_address": "02:00:00:00:00:01", "device_id": "vm0", "admin_state_up": false, "device_owner": "compute:nova", "binding:host_id": "h",
             "binding:vnic_type": "direct", "binding:profile": {"b": 1.50, "a": [null]}, "port_security_enabled": false},
            {"name": "in", "network_id": "other", "device_id": "vm"},
            {"name": "out", "network_id": "other", "device_id": "vm"}
          ],
          "port_pairs": [
            {"name": "a", "ingress": "in", "egress": "out", "service_function_parameters": {"correlation": "mpls"}},
            {"name": "b", "ingress": "out", "egress": "in", "service_function_parameters": {"weight": 7}},
            {"name": "c", "ingress": "in", "egress": "in"},
            {"name": "d", "ingress": "out", "egress": "out", "service_function_parameters": {"correlation": "nsh", "weight": 0}},
            {"name": "e", "ingress": "src", "egress": "src", "service_function_parameters": {"correlation": "nsh"}}
          ],
          "port_pair_groups": [
            {"name": "first", "port_pairs": ["a"], "on_empty": "skip", "exclusive": true, "group_id": 9,
             "port_pair_group_parameters": {"lb_fields": ["udp_dst", "eth_src", "udp_dst"], "ppg_n_tuple_mapping": {"egress_n_tuple": {"source_ip_prefix": 1}}}},
            {"name": "tap", "port_pairs": ["c"], "tap_enabled": true},
            {"name": "third", "port_pairs": ["d"], "on_empty": "drop"},
            {"name": "fourth", "port_pairs": ["e"]}
          ],
          "flow_classifiers": [
            {"name": "z", "protocol": "udp", "source_port_range_max": 0, "destination_port_range_min": 5, "source_ip_prefix": "10.1.2.3/8",
             "destination_ip_prefix": "0.0.0.0/0", "logical_source_port": "src", "logical_destination_port": "in"},
            {"name": "a", "ethertype": "IPv6", "protocol": "icmp", "source_ip_prefix": "2001:DB8::0/32"}
          ],
          "port_chains": [
            {"name": "one", "port_pair_groups": ["first", "tap"], "flow_classifiers": ["z"], "chain_parameters": {"symmetric": true}, "chain_id": 77},
            {"name": "two", "port_pair_groups": ["tap"], "flow_classifiers": ["a"], "chain_parameters": {"correlation": "nsh"}},
            {"name": "three", "port_pair_groups": ["third"], "chain_parameters": {"correlation": "nsh"}},
            {"name": "four", "port_pair_groups": ["fourth"], "chain_parameters": {"correlation": "nsh"}}
          ],
          "service_graphs": [{"name": "graph", "port_chains": {"three": ["four"]}}]
        }
        """;

    public static ResourceSet Read()
    {
        StateReading reading = StateDocument.Parse(Encoding.UTF8.GetBytes(Document));
        Assert.Empty(reading.Errors);
        return reading.Document!.Resources with { Revision = 1 };
    }

    /// <summary>Compares all members of all resources, in order.</summary>
    public static void AssertSame(ResourceSet expected, ResourceSet actual)
    {
        Assert.Equal(expected.Revision, actual.Revision);
        foreach (ResourceKind kind in ResourceCatalog.All)
        {
            Resource[] wanted = [.. kind.All(expected)];
            Resource[] found = [.. kind.All(actual)];
            Assert.Equal(wanted.Select(resource => resource.Id), found.Select(resource => resource.Id));
            for (int index = 0; index < wanted.Length; index++)
            {
                Assert.Equivalent(wanted[index], found[index], strict: true);
            }
        }
    }
}
