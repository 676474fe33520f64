using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>What can be wrong with a port chain, in Neutron's words where it has any.</summary>
internal static class PortChainProblems
{
    public static ApiProblem NoGroups { get; } = new(400, "PortPairGroupNotSpecified",
        "Port Pair Group is not specified in Port Chain.")
    { Attribute = "port_pair_groups" };

    public static ApiProblem ConsecutiveTaps { get; } = new(400, "ConsecutiveTapPPGNotSupported",
        "Consecutive Tap PPG in port-chain is not supported now.")
    { Attribute = "port_pair_groups" };

    public static ApiProblem NoChainId { get; } = new(400, "PortChainUnavailableChainId",
        "No chain id is free: 1 to 65534 are all taken. Delete a port chain, or ask for chain_id 65535 if it is free.")
    { Attribute = "chain_id" };

    public static ApiProblem NoReversePathId { get; } = new(400, "PortChainUnavailableChainId",
        "No path id from 4095 down is free for the way back of a symmetric MPLS chain. "
        + "Delete a port chain whose chain_id is 4095 or less, or use correlation nsh.")
    { Attribute = "chain_parameters" };

    public static ApiProblem NoWayBack { get; } = ApiProblem.BadRequest(
        "reverse_path_id is given, and the chain is not a symmetric MPLS chain. Accepted is none, or chain_parameters with correlation mpls and symmetric true.",
        "reverse_path_id");

    public static ApiProblem NotFound(string id) => new(404, "PortChainNotFound", $"Port Chain {id} not found.");

    public static ApiProblem GroupsInUse(IEnumerable<Guid> groups, Guid chain) => new(409, "InvalidPortPairGroups",
        $"Port Pair Group(s) {PythonText.Repr(groups.Select(id => id.ToString()))} in use by Port Chain {chain}.")
    { Attribute = "port_pair_groups" };

    public static ApiProblem InconsistentCorrelations(Guid group) => new(400, "PortChainInconsistentCorrelations",
        $"Port Chain attempted creation included a Port Pair Group ({group}) with a different protocol used as correlation type.")
    { Attribute = "port_pair_groups" };

    public static ApiProblem ClassifierConflict(Guid classifier, Guid other, Guid chain) => new(400, "PortChainFlowClassifierInConflict",
        $"Flow Classifier {classifier} conflicts with Flow Classifier {other} in port chain {chain}.")
    { Attribute = "flow_classifiers" };

    public static ApiProblem ChainIdConflict(int number, Guid chain) => new(400, "PortChainChainIdInConflict",
        $"Chain id {number} conflicts with Chain id in port chain {chain}.")
    { Attribute = "chain_id" };
}
