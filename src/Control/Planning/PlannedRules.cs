using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>
/// Which rules apply to frames from which port, best first, as the rule table compiler orders them but still knowing
/// their classifiers.
/// </summary>
internal sealed class PlannedRules
{
    private readonly Dictionary<Guid, List<PlannedRule>> _named = [];
    private readonly Dictionary<Guid, List<PlannedRule>> _unnamedAtPorts = [];
    private readonly ChainJoins _joins;
    private readonly Dictionary<Guid, int> _ages = [];

    public PlannedRules(ResourceSet set)
    {
        OfPairs = [.. set.PortPairs.SelectMany(pair => new[] { pair.Ingress, pair.Egress })];

        _joins = new ChainJoins(set);
        foreach (PortChain chain in set.PortChains)
        {
            _ages.Add(chain.Id, _ages.Count);
            Add(set, chain, reverse: false);
            if (chain.Symmetric)
            {
                Add(set, chain, reverse: true);
            }
        }
    }

    /// <summary>The ports of port pairs, where rules without a logical source port do not apply.</summary>
    public HashSet<Guid> OfPairs { get; }

    /// <summary>The rules for frames from every port that is not of a port pair.</summary>
    public List<PlannedRule> Unnamed { get; } = [];

    /// <summary>The ports that have rules of their own.</summary>
    public IEnumerable<Guid> Ports => _named.Keys.Union(_unnamedAtPorts.Keys);

    /// <summary>The rules of a port's own, which come before <see cref="Unnamed"/>.</summary>
    /// <param name="port">Id of the port.</param>
    public List<PlannedRule> Own(Guid port) => [.. InOrder(_named, port), .. InOrder(_unnamedAtPorts, port)];

    // Sorting keeps what is equal in the order of the chain's list.
    private IEnumerable<PlannedRule> InOrder(Dictionary<Guid, List<PlannedRule>> lists, Guid port) => lists.GetValueOrDefault(port, [])
        .OrderBy(rule => OfPairs.Contains(port) ? _joins.RankOf(rule.Chain.Id, _ages[rule.Chain.Id]) : _ages[rule.Chain.Id])
        .ThenBy(rule => rule.IsReverse)
        .ThenByDescending(rule => rule.HopsDone);

    // Frames reach a chain behind another from its end, whatever port their classifiers name; behind their hops they are as others.
    private void Add(ResourceSet set, PortChain chain, bool reverse)
    {
        bool isJoined = !reverse && _joins.IsDestination(chain.Id);
        foreach (FlowClassifier classifier in chain.FlowClassifiers.Select(id => set.FlowClassifiers[id]))
        {
            FlowRegion forward = FlowRegion.Of(classifier);
            PlannedRule entry = new(reverse ? forward.Reversed() : forward, classifier, chain, reverse, HopsDone: 0);
            Dictionary<Guid, List<PlannedRule>> atPorts = isJoined || classifier.LogicalSourcePort is not null ? _named : _unnamedAtPorts;
            AddBehindHops(set, entry, atPorts);
            if (!isJoined && (reverse ? classifier.LogicalDestinationPort : classifier.LogicalSourcePort) is { } source)
            {
                AddTo(atPorts, source, entry);
            }
            else if (!isJoined && !reverse)
            {
                Unnamed.Add(entry);
            }
        }
    }

    // Frames from functions that know no encapsulation are recognised by the classifier again.
    private static void AddBehindHops(ResourceSet set, PlannedRule entry, Dictionary<Guid, List<PlannedRule>> atPorts)
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
                    AddTo(atPorts, entry.IsReverse ? pair.Ingress : pair.Egress, entry with { HopsDone = hopsDone });
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
