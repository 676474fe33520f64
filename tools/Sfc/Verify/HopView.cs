using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>A hop whose flows the switch does not spread as the rules say, and what known differences ask of it.</summary>
/// <param name="Resources">The resources.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Group">The group.</param>
internal sealed record HopView(ResourceSet Resources, PortChain Chain, PortPairGroup Group)
{
    /// <summary>One of two packets that went to different members is a fragment.</summary>
    public bool HasFragments { get; init; }

    /// <summary>One of two packets that went to different members says it is longer than its frame.</summary>
    public bool HasOverlong { get; init; }

    /// <summary>The pairs of the group.</summary>
    public IEnumerable<PortPair> Pairs => Group.PortPairs.Select(id => Resources.PortPairs[id]);

    /// <summary>True when frames carry a header at the moment when the group is reached, on a way forth or back.</summary>
    public bool IsReachedWithHeader => IsAware(Group) || IsNextTo(-1) || (Chain.Symmetric && IsNextTo(1));

    private bool IsAware(PortPairGroup group) => group.PortPairs.Any(id => Resources.PortPairs[id].Parameters.Correlation != Correlation.None);

    private bool IsNextTo(int steps)
    {
        List<PortPairGroup> groups = [.. Chain.PortPairGroups.Select(id => Resources.PortPairGroups[id]).Where(group => !group.TapEnabled)];
        int place = groups.FindIndex(group => group.Id == Group.Id) + steps;
        return place >= 0 && place < groups.Count && IsAware(groups[place]);
    }
}
