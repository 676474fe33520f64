using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Chains and groups that are refused, or that work otherwise than their names promise.</summary>
internal static class ChainFindings
{
    private const int MaxLabelPathId = 4095;

    public static IEnumerable<PlanFinding> Of(ResourceSet set) =>
    [
        .. ChainChecks.Check(set).Select(problem => PlanFinding.Error("refused", problem.Message)),
        .. set.PortChains.SelectMany(chain => Of(set, chain)),
        .. SharedEgress(set),
    ];

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortChain chain)
    {
        string name = $"Chain {PlanText.Label(chain)}";
        PortPairGroup[] groups = [.. chain.PortPairGroups.Select(id => set.PortPairGroups[id])];
        if (chain.FlowClassifiers.IsEmpty)
        {
            yield return PlanFinding.Note("chain_without_classifier", $"{name} has no classifier, so nothing enters it.");
        }

        if (chain.ChainId > MaxLabelPathId && chain.Correlation == Correlation.Mpls
            && !groups.Any(group => ChainChecks.CorrelationOf(set, group) == Correlation.Mpls))
        {
            yield return PlanFinding.Warning("chain_id_over_label",
                $"{name} has the chain id {chain.ChainId}. It works only while none of its functions is MPLS-aware: a label has room for 0 to {MaxLabelPathId}.");
        }

        foreach (FlowClassifier classifier in chain.FlowClassifiers.Select(id => set.FlowClassifiers[id]))
        {
            if (chain.Symmetric && classifier.LogicalDestinationPort is null)
            {
                yield return PlanFinding.Warning("no_way_back",
                    $"{name} is symmetric, but its classifier {PlanText.Label(classifier)} has no logical destination port: its way back begins nowhere.");
            }
        }

        foreach (PortPairGroup group in groups)
        {
            Correlation wants = ChainChecks.CorrelationOf(set, group);
            if (wants != Correlation.None && wants != chain.Correlation)
            {
                yield return PlanFinding.Warning("mixed_correlation",
                    $"{name} is carried by {Correlations.Word(chain.Correlation)}, but the functions of its group {PlanText.Label(group)} know "
                    + $"{Correlations.Word(wants)}: they are spoken to in {Correlations.Word(wants)}.");
            }

            if (group.PortPairs.All(pair => set.PortPairs[pair].Parameters.Weight == 0))
            {
                string fate = group.OnEmpty switch
                {
                    _ when group.TapEnabled => "nobody gets its copies",
                    EmptyGroupAction.Skip => "packets pass it by",
                    EmptyGroupAction.Leave => "packets leave the chain there",
                    EmptyGroupAction.Drop => "every packet of the chain is dropped there",
                    _ => "every packet of the chain is dropped there, unless the server was started with another --on-empty",
                };
                yield return PlanFinding.Warning("group_empty", $"Group {PlanText.Label(group)} of chain {PlanText.Label(chain)} has no member with weight: {fate}. "
                    + "In the reference a group without members is the end of the chain, and a weight of 0 counts as 1.");
            }
        }
    }

    // What an encapsulation-aware function sends without encapsulation is its own; nothing else is recognised at its port.
    private static IEnumerable<PlanFinding> SharedEgress(ResourceSet set)
    {
        Dictionary<Guid, PortPair> aware = [];
        foreach (PortPair pair in set.PortPairs.Where(pair => pair.Parameters.Correlation != Correlation.None))
        {
            aware.TryAdd(pair.Egress, pair);
        }

        foreach (PortPair pair in set.PortPairs.Where(pair => pair.Parameters.Correlation == Correlation.None))
        {
            if (aware.TryGetValue(pair.Egress, out PortPair? other))
            {
                yield return PlanFinding.Warning("no_return",
                    $"Frames that the port pair {PlanText.Label(pair)} returns leave their chain: its egress port {PlanText.Label(set.Ports[pair.Egress])} is also that of the "
                    + $"encapsulation-aware port pair {PlanText.Label(other)}, and frames without encapsulation from there are in no chain.");
            }
        }
    }
}
