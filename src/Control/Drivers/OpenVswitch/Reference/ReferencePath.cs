using System.Collections.Immutable;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

/// <summary>A path of a chain as the reference numbers it.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="IsReverse">The way back: same path id, same indexes, groups and ports exchanged.</param>
/// <param name="Nodes">The source node, then the functions in the order of the path; taps stand beside it.</param>
internal sealed record ReferencePath(PortChain Chain, bool IsReverse, ImmutableArray<ReferenceNode> Nodes)
{
    private const int InitialIndex = 255;

    /// <summary>The path or the two paths of a chain.</summary>
    public static IEnumerable<ReferencePath> Of(ResourceSet set, PortChain chain)
    {
        List<PortPairGroup> groups = [.. chain.PortPairGroups.Select(id => set.PortPairGroups[id])];
        ReferenceMapping?[] forward = ReferenceMapping.Along(groups, isReverse: false, forward: null);
        yield return new ReferencePath(chain, false, NodesOf(groups, forward));
        if (chain.Symmetric)
        {
            groups.Reverse();
            yield return new ReferencePath(chain, true, NodesOf(groups, ReferenceMapping.Along(groups, isReverse: true, forward)));
        }
    }

    private static ImmutableArray<ReferenceNode> NodesOf(List<PortPairGroup> groups, ReferenceMapping?[] mappings)
    {
        int hops = groups.Count(group => !group.TapEnabled);

        // Behind the destination's index; counted up, so that the second tap gets the destination's own.
        int tapIndex = InitialIndex - hops - 2;
        List<ReferenceNode> nodes = [new ReferenceNode(InitialIndex, Group: null, mappings[0])];
        for (int i = 0; i < groups.Count; i++)
        {
            if (groups[i].TapEnabled)
            {
                nodes[^1] = nodes[^1] with { Tap = groups[i], TapIndex = tapIndex++ };
            }
            else
            {
                nodes[^1] = nodes[^1] with { Next = groups[i] };
                nodes.Add(new ReferenceNode(InitialIndex - nodes.Count, groups[i], mappings[i + 1]));
            }
        }

        return [.. nodes];
    }
}

/// <summary>A place on a path where frames are picked up.</summary>
/// <param name="Index">The index that frames have behind it (<c>nsi</c>).</param>
/// <param name="Group">The function; null where frames enter the path.</param>
/// <param name="Mapping">What the classifier's fields are there.</param>
internal sealed record ReferenceNode(int Index, PortPairGroup? Group, ReferenceMapping? Mapping)
{
    /// <summary>The function behind it; null at the end.</summary>
    public PortPairGroup? Next { get; init; }

    /// <summary>The tap between it and <see cref="Next"/>.</summary>
    public PortPairGroup? Tap { get; init; }

    /// <summary>The index in the label of copies.</summary>
    public int TapIndex { get; init; }
}
