using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>
/// Chains of a document whose classifiers overlap, each with those before it: to be asked when all of the document is known,
/// because graphs that join chains come behind them.
/// </summary>
internal static class StateConflicts
{
    /// <summary>All conflicts, in the order of the document.</summary>
    /// <param name="set">What the document says.</param>
    /// <param name="held">
    /// The state in whose place it is put, or null: overlaps that it has were accepted when a graph joined the chains, and a
    /// graph may go.
    /// </param>
    public static IEnumerable<StateError> Find(ResourceSet set, ResourceSet? held)
    {
        ResourceKind kind = ResourceCatalog.Find("port_chains")!;
        ResourceSet soFar = set with { PortChains = ResourceSet.Empty.PortChains };
        int index = 0;
        foreach (PortChain chain in set.PortChains)
        {
            soFar = soFar with { PortChains = soFar.PortChains.With(chain) };
            Caller owner = new(chain.ProjectId, IsAdmin: true) { Restores = held is not null };
            if (PortChainRules.RefuseConflicts(soFar, chain, owner, held) is { } conflict)
            {
                yield return StateError.Of(kind, JsonPath.Item(kind.Plural, index), conflict);
            }

            index++;
        }
    }
}
