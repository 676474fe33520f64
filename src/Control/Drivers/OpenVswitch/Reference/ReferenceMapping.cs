using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortPairGroups;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

/// <summary>
/// The n-tuple mapping that the reference has at a node of a path, inherited as its server driver passes mappings on
/// (<c>_update_ppg_n_tuple_in_flow_rule</c>): after each function that is added, every node without one takes that of the node
/// before it, and the first function that of the last one added so far.
/// </summary>
/// <param name="Sides">What the mapping says.</param>
/// <param name="IsOwn">The node's group has it; else it is inherited.</param>
/// <param name="IsIngressOnTheWayBack">Inherited on a reverse path from the very node that has it: the ingress side counts.</param>
internal sealed record ReferenceMapping((NTuple? Ingress, NTuple? Egress) Sides, bool IsOwn, bool IsIngressOnTheWayBack)
{
    /// <summary>Mappings along a path: at the source node, then at each group.</summary>
    /// <param name="groups">All groups of the path in its direction, taps included.</param>
    /// <param name="isReverse">The way back.</param>
    /// <param name="forward">The result for the forward path, for the way back.</param>
    public static ReferenceMapping?[] Along(IReadOnlyList<PortPairGroup> groups, bool isReverse, ReferenceMapping?[]? forward)
    {
        ReferenceMapping?[] at = new ReferenceMapping?[groups.Count + 1];
        for (int added = 1; added <= groups.Count; added++)
        {
            (NTuple? Ingress, NTuple? Egress) sides = NTuple.Read(groups[added - 1].Parameters.NTupleMappingJson);
            at[added] = sides is (null, null) ? null : new ReferenceMapping(sides, IsOwn: true, IsIngressOnTheWayBack: false);
            if (isReverse && forward?[^1] is { } last)
            {
                at[0] ??= last with { IsOwn = false, IsIngressOnTheWayBack = false };
            }

            for (int node = 1; node <= added; node++)
            {
                at[node] ??= Inherited(at[node == 1 ? added : node - 1], isReverse);
            }
        }

        return at;
    }

    /// <summary>The classifier with the values that count at the node.</summary>
    public FlowClassifier Over(FlowClassifier classifier, bool isReverse)
    {
        NTuple? side = (isReverse && IsOwn) || IsIngressOnTheWayBack ? Sides.Ingress : Sides.Egress;
        return side?.Over(classifier) ?? classifier;
    }

    private static ReferenceMapping? Inherited(ReferenceMapping? before, bool isReverse) =>
        before is null ? null : before with { IsOwn = false, IsIngressOnTheWayBack = isReverse && before.IsOwn };
}
