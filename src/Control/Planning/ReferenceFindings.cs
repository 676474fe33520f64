using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>
/// What the OVS reference accepts and then does otherwise, without a word: who comes from there meets other traffic here. Each finding
/// says what is asked, what the reference makes of it and what happens here. Codes begin with <c>reference_</c>, but for what neither
/// of the two carries out.
/// </summary>
internal static class ReferenceFindings
{
    public static IEnumerable<PlanFinding> Of(ResourceSet before, ResourceSet after) =>
        ReferenceClassifiers.Of(after).Concat(ReferenceGroups.Of(after)).Concat(ReferenceChains.Of(before, after)).Concat(ReferenceHosts.Of(after));

    /// <summary>The groups that frames of a chain go through, taps left out.</summary>
    public static PortPairGroup[] Hops(ResourceSet set, PortChain chain) =>
        [.. chain.PortPairGroups.Select(id => set.PortPairGroups[id]).Where(group => !group.TapEnabled)];

    /// <summary>Whether the functions of a group know no encapsulation; a group without pairs has none.</summary>
    public static bool IsUnaware(ResourceSet set, PortPairGroup group) =>
        !group.PortPairs.IsEmpty && ChainChecks.CorrelationOf(set, group) == Correlation.None;
}
