using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.Compilation;

/// <summary>What service graphs say of chains. A chain is in one graph at most, and only ways there are joined.</summary>
internal sealed class ChainJoins
{
    private readonly Dictionary<Guid, HashSet<Guid>> _destinations = [];
    private readonly Dictionary<Guid, HashSet<Guid>> _graphs = [];
    private readonly HashSet<Guid> _allDestinations = [];
    private readonly Dictionary<Guid, int> _ranks = [];

    /// <summary>Reads the graphs of a set.</summary>
    /// <param name="set">The resources.</param>
    public ChainJoins(ResourceSet set)
    {
        foreach (ServiceGraph graph in set.ServiceGraphs)
        {
            HashSet<Guid> chains = [];
            foreach (ServiceGraphBranch branch in graph.Branches)
            {
                _destinations[branch.Source] = [.. branch.Destinations];
                _allDestinations.UnionWith(branch.Destinations);
                chains.Add(branch.Source);
                chains.UnionWith(branch.Destinations);
            }

            foreach (Guid chain in chains)
            {
                _graphs[chain] = chains;
            }
        }

        if (set.ServiceGraphs.Count > 0)
        {
            Rank(set);
        }
    }

    /// <summary>Whether frames come to a chain from the ends of others, and from nowhere else.</summary>
    /// <param name="chain">Id of the chain.</param>
    public bool IsDestination(Guid chain) => _allDestinations.Contains(chain);

    /// <summary>The chains that frames which end a chain may go on in.</summary>
    /// <param name="chain">Id of the chain.</param>
    public IEnumerable<Guid> BehindEndOf(Guid chain) => _destinations.TryGetValue(chain, out HashSet<Guid>? chains) ? chains : [];

    /// <summary>
    /// Whose rules come first for what leaves a function: the older chain's, but those of chains behind the end of another
    /// before its own. A frame that may be in either is then taken to be further on, and never goes round.
    /// </summary>
    /// <param name="chain">Id of the chain.</param>
    /// <param name="age">Its place among all chains, which is its rank when there is no graph.</param>
    public int RankOf(Guid chain, int age) => _ranks.GetValueOrDefault(chain, age);

    /// <summary>All chains of the graph that a chain is in, or the chain alone.</summary>
    /// <param name="chain">Id of the chain.</param>
    public IEnumerable<Guid> InOneGraphWith(Guid chain) => _graphs.TryGetValue(chain, out HashSet<Guid>? chains) ? chains : [chain];

    // From the oldest chain on, each after all that are behind it. As a loop: graphs may be deeper than a stack.
    private void Rank(ResourceSet set)
    {
        HashSet<Guid> entered = [];
        Stack<Guid> open = new(set.PortChains.Select(chain => chain.Id).Reverse());
        while (open.TryPeek(out Guid chain))
        {
            if (!_ranks.ContainsKey(chain) && entered.Add(chain))
            {
                foreach (Guid next in BehindEndOf(chain).OrderByDescending(set.PortChains.PlaceOf))
                {
                    open.Push(next);
                }
            }
            else
            {
                _ranks.TryAdd(chain, _ranks.Count);
                open.Pop();
            }
        }
    }
}
