using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>Numbers of chains: one space shared by chain ids and by the reverse paths of symmetric MPLS chains.</summary>
internal static class ChainIds
{
    private const int MaxAssigned = 65534;

    /// <summary>An MPLS label has 20 bits: 12 for the path, 8 for the index.</summary>
    public const int MaxLabelPath = 4095;

    /// <summary>Fills the numbers of a new chain, or says why it cannot have the one it asks for.</summary>
    public static ApiProblem? Assign(ResourceSet set, ref PortChain chain)
    {
        bool hasWayBack = chain.Symmetric && chain.Correlation == Correlation.Mpls;
        if (chain.ReversePathId is not null && !hasWayBack)
        {
            return PortChainProblems.NoWayBack;
        }

        FreeNumber numbers = new(MaxAssigned);
        int asked = chain.ChainId;
        foreach (PortChain other in set.PortChains.All)
        {
            if (asked != 0 && (other.ChainId == asked || other.ReversePathId == asked))
            {
                return PortChainProblems.ChainIdConflict(asked, other.Id);
            }

            if (chain.ReversePathId is { } back && (other.ChainId == back || other.ReversePathId == back))
            {
                return PortChainProblems.ChainIdConflict(back, other.Id) with { Attribute = "reverse_path_id" };
            }

            numbers.Take(other.ChainId);
            numbers.Take(other.ReversePathId ?? other.ChainId);
        }

        numbers.Take(chain.ReversePathId ?? asked);
        int? number = asked != 0 ? asked : numbers.Lowest();
        if (number is null)
        {
            return PortChainProblems.NoChainId;
        }

        numbers.Take(number.Value);
        chain = chain with { ChainId = number.Value };
        if (!hasWayBack || chain.ReversePathId is not null)
        {
            return chain.ReversePathId == chain.ChainId ? PortChainProblems.ChainIdConflict(chain.ChainId, chain.Id) : null;
        }

        if (numbers.Highest(MaxLabelPath) is not { } reverse)
        {
            return PortChainProblems.NoReversePathId;
        }

        chain = chain with { ReversePathId = reverse };
        return null;
    }
}
