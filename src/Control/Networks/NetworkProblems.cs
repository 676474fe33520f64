using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Networks;

/// <summary>What can be wrong with a network, in Neutron's words.</summary>
internal static class NetworkProblems
{
    public static ApiProblem NotFound(string id) => new(404, "NetworkNotFound", $"Network {id} could not be found.");

    public static ApiProblem InUse(Guid id) => new(409, "NetworkInUse",
        $"Unable to complete operation on network {id}. There are one or more ports still in use on the network.");

    /// <summary>The network a subnet or port names, when the caller may use it; shared ones are everybody's.</summary>
    public static ApiProblem? RefuseUnknown(ResourceSet set, Guid id, Caller caller) =>
        set.Networks.TryGet(id, out Network? network) && (network.Shared || caller.Sees(network))
            ? null
            : NotFound(id.ToString()) with { Attribute = "network_id" };
}
