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

    /// <summary>Classifiers: known and in no other chain; and what <see cref="RefuseConflicts"/> says, when it is time.</summary>
    public static ApiProblem? RefuseClassifiers(ResourceSet set, PortChain chain, Caller caller)
    {
        foreach (Guid id in chain.FlowClassifiers)
        {
            if (caller.Find(set.FlowClassifiers, id) is null)
            {
                return FlowClassifierProblems.NotFound(id.ToString()) with { Attribute = "flow_classifiers" };
            }
        }

        foreach (Guid id in chain.FlowClassifiers)
        {
            if (OwnerOf(set, id, chain.Id) is not null)
            {
                return FlowClassifierProblems.InUse(id) with { Attribute = "flow_classifiers" };
            }
        }

        return caller.JoinsLater ? null : RefuseConflicts(set, chain, caller);
    }

    /// <summary>
    /// Classifiers are in conflict with none of another chain, unless a graph joins the two: then frames come to one chain from
    /// the other, and not by its classifiers. Of all conflicts the one with the oldest classifier of another chain is named.
    /// Few overlap, so their chain is looked for last.
    /// </summary>
    /// <param name="set">The resources.</param>
    /// <param name="chain">One of its chains.</param>
    /// <param name="caller">Who wants it.</param>
    /// <param name="held">A state whose own conflicts are accepted, or null.</param>
    public static ApiProblem? RefuseConflicts(ResourceSet set, PortChain chain, Caller caller, ResourceSet? held = null)
    {
        (FlowClassifier Ours, FlowClassifier Theirs, PortChain Chain)? oldest = null;
        foreach (Guid id in chain.FlowClassifiers)
        {
            FlowClassifier ours = set.FlowClassifiers[id];
            foreach (FlowClassifier theirs in OverlapIndex.Overlapping(set.FlowClassifiers, ours))
            {
                if (OwnerOf(set, theirs.Id, chain.Id) is { } other && caller.Compares(chain, other) && !AreJoined(set, chain, other)
                    && !(held is not null && IsSameIn(held, ours, chain) && IsSameIn(held, theirs, other))
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

    private static bool IsSameIn(ResourceSet held, FlowClassifier classifier, PortChain chain) =>
        held.FlowClassifiers.Find(classifier.Id) is { } known && known.MatchesAlike(classifier)
        && KeyIndex<PortChain, Guid>.Find(held.PortChains, classifier.Id)?.Id == chain.Id;

    private static bool AreJoined(ResourceSet set, PortChain one, PortChain other) =>
        set.ServiceGraphs.Any(graph => graph.Names(one.Id) && graph.Names(other.Id));

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
