using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Groups of chains whose attributes the reference stores and does not carry out, or carries out so that it breaks.</summary>
internal static class ReferenceGroups
{
    // Its driver keeps the list of members in a column of 512 characters, some 93 for each.
    private const int MostMembers = 5;

    public static IEnumerable<PlanFinding> Of(ResourceSet set)
    {
        Dictionary<Guid, List<PortChain>> chains = [];
        foreach (PortChain chain in set.PortChains)
        {
            foreach (Guid group in chain.PortPairGroups)
            {
                chains.TryAdd(group, []);
                chains[group].Add(chain);
            }
        }

        return set.PortPairGroups.Where(group => chains.ContainsKey(group.Id)).SelectMany(group => Of(set, group, chains[group.Id]));
    }

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortPairGroup group, List<PortChain> chains)
    {
        string name = $"Group {PlanText.Label(group)}";
        int[] weights = [.. group.PortPairs.Select(pair => set.PortPairs[pair].Parameters.Weight)];
        if (weights.Contains(0) || weights.Distinct().Count() > 1)
        {
            yield return PlanFinding.Warning("reference_weights",
                $"{name} is asked to share flows by the weights {PlanText.List(weights.Select(weight => $"{weight}"))}. The reference takes every weight for 1, 0 too; here shares are as "
                + "the weights say, and 0 takes no flows.");
        }

        if (!group.Parameters.LbFields.IsEmpty && weights.Length > 1)
        {
            yield return PlanFinding.Warning("reference_lb_fields",
                $"{name} is asked to choose members by its lb_fields. The reference stores them and never looks at them; here they and nothing else decide.");
        }

        if (weights.Length > MostMembers)
        {
            yield return PlanFinding.Warning("reference_group_size",
                $"{name} has {weights.Length} members. The reference keeps a list of members that has room for about {MostMembers}, and beyond that is cut; here there is no such limit.");
        }

        if (group.TapEnabled)
        {
            foreach (PortChain chain in chains)
            {
                yield return chain.Correlation == Correlation.Nsh
                    ? PlanFinding.Warning("reference_tap_nsh",
                        $"{name} is a tap in the chain {PlanText.Label(chain)}, which is carried by NSH. The reference knows taps in MPLS chains only and copies nothing; here the tap gets its copies.")
                    : PlanFinding.Warning("reference_tap_copy",
                        $"{name} is a tap in the chain {PlanText.Label(chain)}. In the reference a copy has the EtherType of MPLS and no label, so nobody can read it; here it is the frame as it "
                        + "left the hop before, or with the chain's header for a tap that knows it.");
            }
        }
        else if (chains.Count > 1 && ReferenceFindings.IsUnaware(set, group))
        {
            yield return PlanFinding.Warning("reference_shared_group",
                $"{name} of functions that know no encapsulation is in the chains {PlanText.List(chains.Select(PlanText.Label))}. In the reference they share flows, and when one of "
                + "these chains is deleted the packets of the others are dropped; here each chain has its own.");
        }
    }
}
