using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>Rules between a chain and the resources it names, in the order Neutron checks them.</summary>
internal static class PortChainRules
{
    /// <summary>Groups: named at all, known, no two taps in a row, not another chain's list, not another chain's exclusive group.</summary>
    public static ApiProblem? RefuseGroups(ResourceSet set, PortChain chain, Caller caller)
    {
        if (chain.PortPairGroups.IsEmpty)
        {
            return PortChainProblems.NoGroups;
        }

        List<PortPairGroup> groups = [];
        foreach (Guid id in chain.PortPairGroups)
        {
            if (caller.Find(set.PortPairGroups, id) is not { } group)
            {
                return PortPairGroupProblems.NotFound(id.ToString()) with { Attribute = "port_pair_groups" };
            }

            groups.Add(group);
        }

        if (groups.Zip(groups.Skip(1)).Any(pair => pair.First.TapEnabled && pair.Second.TapEnabled))
        {
            return PortChainProblems.ConsecutiveTaps;
        }

        foreach (PortChain other in set.PortChains.All)
        {
            if (other.Id != chain.Id && other.PortPairGroups.AsSpan().SequenceEqual(chain.PortPairGroups.AsSpan()))
            {
                return PortChainProblems.GroupsInUse(chain.PortPairGroups, other.Id);
            }
        }

        return RefuseExclusive(set, chain, groups);
    }

    /// <summary>Every pair is spoken to in nothing, or in the chain's own encapsulation.</summary>
    public static ApiProblem? RefuseCorrelations(ResourceSet set, PortChain chain)
    {
        foreach (Guid group in chain.PortPairGroups)
        {
            foreach (Guid pair in set.PortPairGroups[group].PortPairs)
            {
                Correlation correlation = set.PortPairs[pair].Parameters.Correlation;
                if (correlation != Correlation.None && correlation != chain.Correlation)
                {
                    return PortChainProblems.InconsistentCorrelations(group);
                }
            }
        }

        return null;
    }

    /// <summary>Classifiers: known, in no other chain, in conflict with none of another chain.</summary>
    public static ApiProblem? RefuseClassifiers(ResourceSet set, PortChain chain, Caller caller)
    {
        List<FlowClassifier> classifiers = [];
        foreach (Guid id in chain.FlowClassifiers)
        {
            if (caller.Find(set.FlowClassifiers, id) is not { } classifier)
            {
                return FlowClassifierProblems.NotFound(id.ToString()) with { Attribute = "flow_classifiers" };
            }

            classifiers.Add(classifier);
        }

        if (classifiers.Count == 0)
        {
            return null;
        }

        foreach (FlowClassifier classifier in classifiers)
        {
            if (OwnerOf(set, classifier.Id, chain.Id) is not null)
            {
                return FlowClassifierProblems.InUse(classifier.Id) with { Attribute = "flow_classifiers" };
            }
        }

        return RefuseConflicts(set, chain, classifiers, caller);
    }

    /// <summary>Of all conflicts the one with the oldest classifier of another chain is named. Few overlap, so their chain is looked for last.</summary>
    private static ApiProblem? RefuseConflicts(ResourceSet set, PortChain chain, List<FlowClassifier> classifiers, Caller caller)
    {
        (FlowClassifier Ours, FlowClassifier Theirs, PortChain Chain)? oldest = null;
        foreach (FlowClassifier ours in classifiers)
        {
            foreach (FlowClassifier theirs in OverlapIndex.Overlapping(set.FlowClassifiers, ours))
            {
                if (OwnerOf(set, theirs.Id, chain.Id) is { } other && caller.Compares(chain, other)
                    && (oldest is null || set.FlowClassifiers.PlaceOf(theirs.Id) < set.FlowClassifiers.PlaceOf(oldest.Value.Theirs.Id)))
                {
                    oldest = (ours, theirs, other);
                }
            }
        }

        return oldest is { } found ? PortChainProblems.ClassifierConflict(found.Ours.Id, found.Theirs.Id, found.Chain.Id) : null;
    }

    private static PortChain? OwnerOf(ResourceSet set, Guid classifier, Guid except) =>
        KeyIndex<PortChain, Guid>.Find(set.PortChains, classifier) is { } owner && owner.Id != except ? owner : null;

    private static ApiProblem? RefuseExclusive(ResourceSet set, PortChain chain, List<PortPairGroup> groups)
    {
        foreach (PortPairGroup group in groups)
        {
            if (group.Exclusive && set.PortChains.Any(other => other.Id != chain.Id && other.PortPairGroups.Contains(group.Id)))
            {
                return PortPairGroupProblems.Exclusive(group.Id) with { Attribute = "port_pair_groups" };
            }
        }

        return null;
    }
}
