using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Where frames of a chain are lost or mistaken although a group of it is exclusive.</summary>
internal sealed class ExclusiveFindings
{
    private readonly ResourceSet _set;
    private readonly ExclusiveHops _hops;

    private ExclusiveFindings(ResourceSet set)
    {
        _set = set;
        _hops = new ExclusiveHops(set);
    }

    public static IEnumerable<PlanFinding> Of(ResourceSet set)
    {
        ExclusiveFindings findings = new(set);
        return set.PortChains.SelectMany(findings.Of);
    }

    private IEnumerable<PlanFinding> Of(PortChain chain)
    {
        PortPairGroup[] hops = [.. chain.PortPairGroups.Select(id => _set.PortPairGroups[id]).Where(group => !group.TapEnabled)];
        if (!hops.Any(group => group.Exclusive))
        {
            return [];
        }

        return [.. hops.Where(group => group.Exclusive && IsUnaware(group)).SelectMany(group => SharedPorts(chain, group)), .. Lost(chain, hops), .. Unanswered(chain, hops), .. Guessed(chain, hops)];
    }

    // What another rule at the port matches is the other's.
    private IEnumerable<PlanFinding> SharedPorts(PortChain chain, PortPairGroup group)
    {
        foreach (Guid port in Pairs(group).SelectMany(pair => chain.Symmetric ? new[] { pair.Egress, pair.Ingress } : [pair.Egress]).Distinct())
        {
            string[] users =
            [
                .. _set.PortPairs.Where(pair => !group.PortPairs.Contains(pair.Id) && (pair.Ingress == port || pair.Egress == port)).Select(pair => $"port pair {PlanText.Label(pair)}"),
                .. _set.FlowClassifiers.Where(classifier => classifier.LogicalSourcePort == port || classifier.LogicalDestinationPort == port)
                    .Select(classifier => $"classifier {PlanText.Label(classifier)}"),
            ];
            if (users.Length > 0)
            {
                yield return PlanFinding.Warning("exclusive_port_shared",
                    $"Group {PlanText.Label(group)} of chain {PlanText.Label(chain)} is exclusive, but its port {PlanText.Label(_set.Ports[port])} is also of {PlanText.List(users)}: "
                    + "frames that match a classifier there go its way. Ports of its own would keep all on the chain.");
            }
        }
    }

    private IEnumerable<PlanFinding> Lost(PortChain chain, PortPairGroup[] hops)
    {
        for (int hop = 0; hop < hops.Length; hop++)
        {
            bool isMapped = hops.Take(hop + 1).SkipWhile(group => !group.Exclusive).Any(group => group.Parameters.HasNTupleMapping);
            if (IsUnaware(hops[hop]) && ExclusiveHops.GetsRewritten(hops, hop) && !_hops.TakesRest(hops, hop) && !isMapped)
            {
                yield return PlanFinding.Warning("rewritten_leaves",
                    $"Frames whose addresses an exclusive group of chain {PlanText.Label(chain)} has rewritten leave it behind its group {PlanText.Label(hops[hop])}: that one is in other "
                    + "chains too, so only classifiers tell whose frames come from it. A group of its own, or an n-tuple mapping, would keep them.");
            }
        }
    }

    private IEnumerable<PlanFinding> Unanswered(PortChain chain, PortPairGroup[] hops)
    {
        bool isMapped = hops.Any(group => group.Parameters.HasNTupleMapping);
        string[] narrow = [.. chain.FlowClassifiers.Select(id => _set.FlowClassifiers[id])
            .Where(classifier => classifier.SourceIpPrefix is not null || classifier.SourcePorts.IsGiven).Select(PlanText.Label)];
        if (chain.Symmetric && !isMapped && narrow.Length > 0)
        {
            yield return PlanFinding.Warning("answers_unrecognised",
                $"Answers to addresses and ports that an exclusive group of chain {PlanText.Label(chain)} has written do not match the way back, whose destinations are the sources "
                + $"of {PlanText.List(narrow)}. An n-tuple mapping with the written ones as egress_n_tuple would bring them in.");
        }
    }

    private IEnumerable<PlanFinding> Guessed(PortChain chain, PortPairGroup[] hops)
    {
        PortPairGroup[] back = [.. hops.Reverse()];
        for (int hop = 0; chain.Symmetric && hop < hops.Length; hop++)
        {
            bool takesRest = _hops.TakesRest(hops, hop) || _hops.TakesRest(back, hops.Length - 1 - hop);
            foreach (PortPair pair in takesRest && IsUnaware(hops[hop]) ? Pairs(hops[hop]).Where(pair => pair.Ingress == pair.Egress) : [])
            {
                yield return PlanFinding.Warning("direction_guessed",
                    $"Rewritten frames from port {PlanText.Label(_set.Ports[pair.Ingress])} may be on either way of chain {PlanText.Label(chain)}. Those that match its classifiers in one direction only "
                    + "are taken to go in that one, all others in the direction of their flow when that is known, else forth; a function with two ports would leave no doubt.");
            }
        }
    }

    private bool IsUnaware(PortPairGroup group) => ChainChecks.CorrelationOf(_set, group) == Correlation.None;

    private IEnumerable<PortPair> Pairs(PortPairGroup group) => group.PortPairs.Select(id => _set.PortPairs[id]);
}
