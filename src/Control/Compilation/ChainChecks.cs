using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Compilation;

/// <summary>What the dataplane cannot do with a set that the API's own rules accept.</summary>
internal static class ChainChecks
{
    private const int MaxLabelPathId = 4095;
    private const int MaxHops = 254;

    /// <summary>All problems, in creation order of the chains.</summary>
    /// <param name="set">The resources.</param>
    public static ImmutableArray<ApiProblem> Check(ResourceSet set) => [.. set.PortChains.SelectMany(chain => Check(set, chain))];

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
