using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>Numbers of chains: one space shared by chain ids and by the reverse paths of symmetric MPLS chains.</summary>
internal static class ChainIds
{
    private const int MaxAssigned = 65534;

    /// <summary>An MPLS label has 20 bits: 12 for the path, 8 for the index.</summary>
    private const int MaxLabelPath = 4095;

    /// <summary>Fills the numbers of a new chain, or says why it cannot have the one it asks for.</summary>
    public static ApiProblem? Assign(ResourceSet set, ref PortChain chain)
    {
        int asked = chain.ChainId;
        if (asked != 0 && set.PortChains.FirstOrDefault(other => other.ChainId == asked || other.ReversePathId == asked) is { } owner)
        {
            return PortChainProblems.ChainIdConflict(asked, owner.Id);
        }

        HashSet<int> taken = [.. set.PortChains.SelectMany(Numbers)];
        int number = asked != 0 ? asked : FreeNumber.Lowest(taken);
        if (asked == 0 && number > MaxAssigned)
        {
            return PortChainProblems.NoChainId;
        }

        taken.Add(number);
        chain = chain with { ChainId = number };
        if (!chain.Symmetric || chain.Correlation != Correlation.Mpls)
        {
            return null;
        }

        if (FreeNumber.Highest(MaxLabelPath, taken) is not { } reverse)
        {
            return PortChainProblems.NoReversePathId;
        }

        chain = chain with { ReversePathId = reverse };
        return null;
    }

    private static IEnumerable<int> Numbers(PortChain chain) =>
        chain.ReversePathId is { } reverse ? [chain.ChainId, reverse] : [chain.ChainId];
}
