using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>What the dataplane cannot do with a set that the API's own rules accept.</summary>
internal static class ChainChecks
{
    private const int MaxLabelPathId = 4095;
    private const int MaxHops = 254;

    /// <summary>All problems, those of the chains in creation order.</summary>
    /// <param name="set">The resources.</param>
    public static ImmutableArray<ApiProblem> Check(ResourceSet set) =>
    [
        .. CheckNetworks(set),
        .. set.PortChains.SelectMany(chain => Check(set, chain)),
        .. set.PortChains.SelectMany(chain => chain.PortPairGroups).Distinct().SelectMany(id => CheckMembers(set, set.PortPairGroups[id])),
    ];

    private static IEnumerable<ApiProblem> CheckNetworks(ResourceSet set) => set.Networks.Count <= SteeringDefinition.MaxNetworks ? []
        : [ApiProblem.BadRequest($"There would be {set.Networks.Count} networks; a forwarder has room for at most {SteeringDefinition.MaxNetworks}.")];

    private static IEnumerable<ApiProblem> CheckMembers(ResourceSet set, PortPairGroup group)
    {
        int members = group.PortPairs.Length;
        if (members > MaglevTableBuilder.ListLimit)
        {
            yield return new ApiProblem(400, "SfcBadRequest",
                $"Port Pair Group {group.Id} has {members} port pairs and is in a port chain; a group of a chain has room for at most {MaglevTableBuilder.ListLimit}.");
        }

        int weighted = members > MaglevTableBuilder.MemberLimit ? group.PortPairs.Count(pair => PairOf(set, pair).Parameters.Weight > 0) : 0;
        if (weighted > MaglevTableBuilder.MemberLimit)
        {
            yield return new ApiProblem(400, "SfcBadRequest",
                $"Port Pair Group {group.Id} has {weighted} port pairs with a weight above 0 and is in a port chain; "
                + $"flows are balanced over at most {MaglevTableBuilder.MemberLimit}.");
        }
    }

    private static IEnumerable<ApiProblem> Check(ResourceSet set, PortChain chain)
    {
        if (chain.PortPairGroups.Length > MaxHops)
        {
            yield return new ApiProblem(400, "SfcBadRequest",
                $"Port Chain {chain.Id} has {chain.PortPairGroups.Length} port pair groups; a service index counts at most {MaxHops} hops.");
        }

        foreach (PortPairGroup group in chain.PortPairGroups.Select(id => set.PortPairGroups[id]))
        {
            Correlation wants = CorrelationOf(set, group);
            if (wants == Correlation.Mpls && chain.ChainId > MaxLabelPathId)
            {
                yield return new ApiProblem(400, "PortChainUnavailableChainId",
                    $"Port Chain {chain.Id} has the chain id {chain.ChainId} and the port pair group {group.Id} of MPLS-aware functions; "
                    + $"an MPLS label has room for chain ids 0 to {MaxLabelPathId}.");
            }

            if (wants == Correlation.Mpls && chain.Symmetric && chain.ReversePathId is null)
            {
                yield return new ApiProblem(400, "PortChainUnavailableChainId",
                    $"Port Chain {chain.Id} is symmetric and the port pair group {group.Id} has MPLS-aware functions; "
                    + "no path id that fits a label is left for its way back. A chain of correlation mpls takes one when it is created.");
            }
        }
    }

    /// <summary>What the functions of a group understand; a group without pairs understands nothing.</summary>
    /// <param name="set">The resources.</param>
    /// <param name="group">The group.</param>
    public static Correlation CorrelationOf(ResourceSet set, PortPairGroup group) =>
        group.PortPairs.IsEmpty ? Correlation.None : PairOf(set, group.PortPairs[0]).Parameters.Correlation;

    private static PortPair PairOf(ResourceSet set, Guid id) => set.PortPairs[id];
}
