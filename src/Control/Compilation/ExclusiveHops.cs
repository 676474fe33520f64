using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Compilation;

/// <summary>
/// Which hops keep on their path what no classifier recognises behind them (rule 11): those of exclusive groups, whose
/// functions write addresses as they like, and all behind them, which get what those wrote; unless their group is in
/// other chains too, because then nothing says whose frame it is.
/// </summary>
/// <param name="set">The resources.</param>
internal sealed class ExclusiveHops(ResourceSet set)
{
    private HashSet<Guid>? _shared;

    /// <summary>Whether a hop does.</summary>
    /// <param name="groups">The groups of its path in order, without taps.</param>
    /// <param name="hop">Its place there.</param>
    public bool TakesRest(IReadOnlyList<PortPairGroup> groups, int hop) =>
        groups[hop].Exclusive || (GetsRewritten(groups, hop) && !IsShared(groups[hop]));

    /// <summary>Whether a group before a hop is exclusive.</summary>
    /// <param name="groups">The groups of its path in order, without taps.</param>
    /// <param name="hop">Its place there.</param>
    public static bool GetsRewritten(IReadOnlyList<PortPairGroup> groups, int hop) => groups.Take(hop).Any(group => group.Exclusive);

    /// <summary>Whether a group is in several chains.</summary>
    /// <param name="group">The group.</param>
    public bool IsShared(PortPairGroup group) => (_shared ??= InSeveral()).Contains(group.Id);

    private HashSet<Guid> InSeveral()
    {
        HashSet<Guid> once = [];
        return [.. set.PortChains.SelectMany(chain => chain.PortPairGroups).Where(group => !once.Add(group))];
    }
}
