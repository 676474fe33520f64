using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>What can be wrong with a flow classifier, in Neutron's words.</summary>
internal static class FlowClassifierProblems
{
    public static ApiProblem NotFound(string id) => new(404, "FlowClassifierNotFound", $"Flow Classifier {id} not found.");

    public static ApiProblem InUse(Guid id) => new(409, "FlowClassifierInUse", $"Flow Classifier {id} in use.");

    public static ApiProblem InConflict(Guid other) =>
        new(400, "FlowClassifierInConflict", $"Flow Classifier conflicts with another Flow Classifier {other}.");

    public static ApiProblem PortNotFound(Guid port, string attribute) =>
        new(404, "FlowClassifierPortNotFound", $"Flow Classifier Neutron Port {port} not found.") { Attribute = attribute };

    public static ApiProblem InvalidEthertype(string value, string attribute) => new(400, "FlowClassifierInvalidEthertype",
        $"Flow Classifier does not support ethertype {value}. Supported ethertype values are ['IPv4', 'IPv6'].")
    { Attribute = attribute };

    public static ApiProblem InvalidProtocol(string value, string attribute) => new(400, "FlowClassifierInvalidProtocol",
        $"Flow Classifier does not support protocol {value}. Supported protocol values are ['tcp', 'udp', 'icmp'].")
    { Attribute = attribute };

    public static ApiProblem InvalidPortValue(string value, string attribute) =>
        new(400, "FlowClassifierInvalidPortValue", $"Flow Classifier has invalid port value {value}.") { Attribute = attribute };

    public static ApiProblem InvalidPortRange(PortBounds ports, string attribute) => new(400, "FlowClassifierInvalidPortRange",
        $"Invalid IP protocol port range. min_port_range={ports.Min} must be lesser or equal to max_port_range={ports.Max}.")
    { Attribute = attribute };

    public static ApiProblem ProtocolRequired(string attribute) => new(400, "FlowClassifierProtocolRequiredWithPorts",
        "IP protocol must be TCP or UDP, if port range is given.")
    { Attribute = attribute };

    public static ApiProblem PrefixFamily(IpPrefix prefix, IpFamily ethertype, string attribute) => new(400, "FlowClassifierIpPrefixFormatConflictWithEthertype",
        $"IP prefix {prefix.Text} format conflicts with ethertype {FlowClassifierReaders.Word(ethertype)}.")
    { Attribute = attribute };

    public static ApiProblem InvalidL7Parameter(string key, string attribute) => new(400, "FlowClassifierInvalidL7Parameter",
        $"Invalid Flow Classifier parameters: Unknown key {key}.. Supported flow classifier parameters are {{}}.")
    { Attribute = attribute };
}
