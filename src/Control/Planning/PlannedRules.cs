using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>
/// Which rules apply to frames from which port, best first, as the rule table compiler orders them but still knowing
/// their classifiers: those with a logical source port, then those without; among equals the older chain, the forward path
/// before the way back, the order of the chain's list, the earlier hop.
/// </summary>
internal sealed class PlannedRules
{
    private readonly Dictionary<Guid, List<PlannedRule>> _named = [];
    private readonly Dictionary<Guid, List<PlannedRule>> _unnamedBehindHops = [];

    public PlannedRules(ResourceSet set)
    {
        OfPairs = [.. set.PortPairs.SelectMany(pair => new[] { pair.Ingress, pair.Egress })];

        // Frames reach these chains from the end of another, whatever port their classifiers name; behind their hops they are as others.
        HashSet<Guid> joined = [.. set.ServiceGraphs.SelectMany(graph => graph.Branches).SelectMany(branch => branch.Destinations)];
        foreach (PortChain chain in set.PortChains)
        {
            Add(set, chain, reverse: false, isJoined: joined.Contains(chain.Id));
            if (chain.Symmetric)
            {
                Add(set, chain, reverse: true, isJoined: false);
            }
        }
    }

    /// <summary>The ports of port pairs, where rules without a logical source port do not apply.</summary>
    public HashSet<Guid> OfPairs { get; }

    /// <summary>The rules for frames from every port that is not of a port pair.</summary>
    public List<PlannedRule> Unnamed { get; } = [];

    /// <summary>The ports that have rules of their own.</summary>
    public IEnumerable<Guid> Ports => _named.Keys.Union(_unnamedBehindHops.Keys);

    /// <summary>The rules of a port's own, which come before <see cref="Unnamed"/>.</summary>
    /// <param name="port">Id of the port.</param>
    public List<PlannedRule> Own(Guid port) => [.. _named.GetValueOrDefault(port, []), .. _unnamedBehindHops.GetValueOrDefault(port, [])];

    private void Add(ResourceSet set, PortChain chain, bool reverse, bool isJoined)
    {
        foreach (FlowClassifier classifier in chain.FlowClassifiers.Select(id => set.FlowClassifiers[id]))
        {
            FlowRegion forward = FlowRegion.Of(classifier);
            PlannedRule entry = new(reverse ? forward.Reversed() : forward, classifier, chain, reverse, HopsDone: 0);
            if (isJoined)
            {
                AddBehindHops(set, entry, classifier.LogicalSourcePort is null ? _unnamedBehindHops : _named);
                continue;
            }

            if ((reverse ? classifier.LogicalDestinationPort : classifier.LogicalSourcePort) is { } source)
            {
                AddTo(_named, source, entry);
            }
            else if (!reverse)
            {
                Unnamed.Add(entry);
            }

            AddBehindHops(set, entry, classifier.LogicalSourcePort is null ? _unnamedBehindHops : _named);
        }
    }

    // Frames from functions that know no encapsulation are recognised by the classifier again.
    private static void AddBehindHops(ResourceSet set, PlannedRule entry, Dictionary<Guid, List<PlannedRule>> behindHops)
    {
        IEnumerable<PortPairGroup> groups = entry.Chain.PortPairGroups.Select(id => set.PortPairGroups[id]).Where(group => !group.TapEnabled);
        int hopsDone = 0;
        foreach (PortPairGroup group in entry.IsReverse ? groups.Reverse() : groups)
        {
            hopsDone++;
            if (group.Parameters.HasNTupleMapping)
            {
                // From here on frames are recognised by other values than the classifier's.
                return;
            }

            if (ChainChecks.CorrelationOf(set, group) == Correlation.None)
            {
                foreach (PortPair pair in group.PortPairs.Select(id => set.PortPairs[id]))
                {
                    AddTo(behindHops, entry.IsReverse ? pair.Ingress : pair.Egress, entry with { HopsDone = hopsDone });
                }
            }
        }
    }

    private static void AddTo(Dictionary<Guid, List<PlannedRule>> lists, Guid port, PlannedRule rule)
    {
        if (!lists.TryGetValue(port, out List<PlannedRule>? list))
        {
            lists.Add(port, list = []);
        }

        // A one-port function, or one with several pairs on a port, would add the same rule again.
        if (list.Count == 0 || list[^1].Key != rule.Key)
        {
            list.Add(rule);
        }
    }
}
