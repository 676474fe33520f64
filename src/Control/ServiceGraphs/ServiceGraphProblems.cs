using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.ServiceGraphs;

/// <summary>What can be wrong with a service graph, in Neutron's words.</summary>
internal static class ServiceGraphProblems
{
    private const string Attribute = "port_chains";

    /// <summary>Neutron never fills the placeholder in its own message.</summary>
    public static ApiProblem InvalidUuid { get; } = new(400, "InvalidUUID",
        "An invalid UUID was specified: %(error_message)s. Make sure only valid UUIDs are provided.")
    { Attribute = Attribute };

    public static ApiProblem LoopDetected { get; } = new(400, "ServiceGraphLoopDetected",
        "Service Graph defined contains at least one port chain loop.")
    { Attribute = Attribute };

    public static ApiProblem InconsistentEncapsulation { get; } = new(400, "ServiceGraphInconsistentEncapsulation",
        "Service Graph may only connect port-chains sharing the same correlation.")
    { Attribute = Attribute };

    public static ApiProblem ImpossibleBranching { get; } = new(400, "ServiceGraphImpossibleBranching",
        "Service Graphs require source (branching) and destination port pair groups (their PPs) to have correlation enabled.")
    { Attribute = Attribute };

    public static ApiProblem NotFound(string id) => new(404, "ServiceGraphNotFound", $"Service Graph {id} not found.");

    public static ApiProblem PortChainInUse(Guid chain) => new(409, "ServiceGraphPortChainInUse", $"Port Chain {chain} in use.");

    public static ApiProblem InvalidPortChains(ImmutableArray<ServiceGraphBranch> asked)
    {
        IEnumerable<string> items = asked.Select(branch =>
            $"'{branch.Source}': {PythonText.Repr(branch.Destinations.Select(id => id.ToString()))}");
        return new(409, "ServiceGraphInvalidPortChains",
            $"Some of the Port Chain(s): {{{string.Join(", ", items)}}}, are already in use by a Service Graph.")
        { Attribute = Attribute };
    }

    public static ApiProblem ClassifierConflict(Guid classifier, Guid other) => new(400, "ServiceGraphFlowClassifierInConflict",
        $"Flow Classifier {classifier} conflicts with Flow Classifier {other} on one of the branching points being created.")
    { Attribute = Attribute };

    public static ApiProblem PortChainInConflict(Guid chain) => new(400, "ServiceGraphPortChainInConflict",
        $"Port Chain {chain} is duplicated on one of the branching points being created.")
    { Attribute = Attribute };
}
