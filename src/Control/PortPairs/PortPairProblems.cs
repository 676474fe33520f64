using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairs;

/// <summary>What can be wrong with a port pair, in Neutron's words.</summary>
internal static class PortPairProblems
{
    public static ApiProblem NotFound(string id) => new(404, "PortPairNotFound", $"Port Pair {id} not found.");

    public static ApiProblem InUse(Guid id) => new(409, "PortPairInUse", $"Port Pair {id} in use.");

    public static ApiProblem PortNotFound(Guid port, string attribute) =>
        new(404, "PortPairPortNotFound", $"Port Pair port {port} not found.") { Attribute = attribute };

    public static ApiProblem PortsInUse(PortPair pair, PortPair other) => new(400, "PortPairIngressEgressInUse",
        $"Port Pair with ingress port {pair.Ingress} and egress port {pair.Egress} is already used by another Port Pair {other.Id}.");

    public static ApiProblem NoHost(string type, string attribute, Port port) =>
        new(400, type, $"Port Pair {attribute} port {port.Id} does not belong to a host.") { Attribute = attribute };

    public static ApiProblem DifferentHost(Port ingress, Port egress) => new(400, "PortPairIngressEgressDifferentHost",
        $"Port Pair ingress port {ingress.Id} and egress port {egress.Id} not in the same host.")
    { Attribute = "egress" };
}
