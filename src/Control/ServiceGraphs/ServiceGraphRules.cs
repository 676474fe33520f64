using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.ServiceGraphs;

/// <summary>The rules of a new graph, walking sources in request order and destinations in list order.</summary>
internal static class ServiceGraphRules
{
    /// <summary>Why the graph is refused, or null.</summary>
    public static ApiProblem? Refuse(ResourceSet set, ImmutableArray<ServiceGraphBranch> branches, Caller caller)
    {
        foreach (ServiceGraphBranch branch in branches)
        {
            if (set.ServiceGraphs.Any(graph => graph.Names(branch.Source) || branch.Destinations.Any(graph.Names)))
            {
                return ServiceGraphProblems.InvalidPortChains(branches);
            }
        }

        Correlation? encapsulation = null;
        foreach (ServiceGraphBranch branch in branches)
        {
            ApiProblem? problem = RefuseChain(set, branch.Source, caller, chain => chain.PortPairGroups[^1], ref encapsulation)
                ?? RefuseDestinations(set, branch, caller, ref encapsulation)
                ?? RefuseOverlaps(set, branch);
            if (problem is not null)
            {
                return problem;
            }
        }

        return HasLoop(branches) ? ServiceGraphProblems.LoopDetected : null;
    }

    private static ApiProblem? RefuseDestinations(ResourceSet set, ServiceGraphBranch branch, Caller caller, ref Correlation? encapsulation)
    {
        HashSet<Guid> seen = [];
        foreach (Guid destination in branch.Destinations)
        {
            if (!seen.Add(destination))
            {
                return ServiceGraphProblems.PortChainInConflict(destination);
            }

            if (RefuseChain(set, destination, caller, chain => chain.PortPairGroups[0], ref encapsulation) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>The chain exists, the pairs of the group at the branching point are spoken to in its encapsulation, and that is the graph's.</summary>
    private static ApiProblem? RefuseChain(
        ResourceSet set, Guid id, Caller caller, Func<PortChain, Guid> groupAtBranch, ref Correlation? encapsulation)
    {
        if (caller.Find(set.PortChains, id) is not { } chain)
        {
            return PortChainProblems.NotFound(id.ToString()) with { Attribute = "port_chains" };
        }

        PortPairGroup group = set.PortPairGroups[groupAtBranch(chain)];
        if (!caller.Restores && group.PortPairs.Any(pair => set.PortPairs[pair].Parameters.Correlation != chain.Correlation))
        {
            return ServiceGraphProblems.ImpossibleBranching;
        }

        encapsulation ??= chain.Correlation;
        return chain.Correlation == encapsulation ? null : ServiceGraphProblems.InconsistentEncapsulation;
    }

    private static ApiProblem? RefuseOverlaps(ResourceSet set, ServiceGraphBranch branch)
    {
        FlowClassifier[][] byChain = [.. branch.Destinations.Select(id =>
            set.PortChains[id].FlowClassifiers.Select(classifier => set.FlowClassifiers[classifier]).ToArray())];
        for (int later = 1; later < byChain.Length; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                foreach (FlowClassifier classifier in byChain[later])
                {
                    if (Array.Find(byChain[earlier], classifier.OverlapsIgnoringPorts) is { } other)
                    {
                        return ServiceGraphProblems.ClassifierConflict(classifier.Id, other.Id);
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Takes away chains that nothing leads to until none is left; what cannot be taken away is in, or behind, a loop.</summary>
    private static bool HasLoop(ImmutableArray<ServiceGraphBranch> branches)
    {
        Dictionary<Guid, int> leadingTo = [];
        foreach (Guid destination in branches.SelectMany(branch => branch.Destinations))
        {
            leadingTo[destination] = leadingTo.GetValueOrDefault(destination) + 1;
        }

        Dictionary<Guid, ServiceGraphBranch> left = branches.ToDictionary(branch => branch.Source);
        Queue<ServiceGraphBranch> free = new(branches.Where(branch => !leadingTo.ContainsKey(branch.Source)));
        while (free.TryDequeue(out ServiceGraphBranch? branch))
        {
            left.Remove(branch.Source);
            foreach (Guid destination in branch.Destinations)
            {
                if (--leadingTo[destination] == 0 && left.TryGetValue(destination, out ServiceGraphBranch? next))
                {
                    free.Enqueue(next);
                }
            }
        }

        return left.Count > 0;
    }
}
