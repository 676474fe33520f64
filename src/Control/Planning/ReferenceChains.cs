using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.Planning;

/// <summary>Chains and graphs whose packets go another way in the reference, or nowhere.</summary>
internal static class ReferenceChains
{
    public static IEnumerable<PlanFinding> Of(ResourceSet before, ResourceSet after) =>
    [
        .. after.PortChains.SelectMany(chain => Of(after, chain)),
        .. after.PortChains.SelectMany(chain => Reordered(before, chain)),
        .. after.ServiceGraphs.SelectMany(graph => Of(after, graph)),
    ];

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortChain chain)
    {
        PortPairGroup[] hops = ReferenceFindings.Hops(set, chain);
        string name = $"Chain {PlanText.Label(chain)}";
        if (chain.Correlation == Correlation.Nsh && PlanText.Named(hops.Where(group => ReferenceFindings.IsUnaware(set, group))) is { } unaware)
        {
            yield return PlanFinding.Warning("reference_nsh_unaware",
                $"{name} is carried by NSH, and the functions of its group {unaware} do not know it. The reference drops every packet before such a function; here they get packets without NSH.");
        }

        PortPairGroup[] carried = [.. hops.Where((group, place) => group.PortPairs.Length > 1 && IsCarried(set, hops, place))];
        if (PlanText.Named(carried) is { } behindHeader)
        {
            yield return PlanFinding.Warning("reference_spread_carried",
                $"{name} is asked to spread flows over group {behindHeader}, which packets reach with a label or NSH. The reference sees nothing behind that and sends them all to one member; "
                + "here the packet inside decides.");
        }

        bool takesUdp = chain.FlowClassifiers.Any(id => set.FlowClassifiers[id].Protocol is null or FlowProtocol.Udp);
        if (takesUdp && PlanText.Named(hops.Where(group => group.PortPairs.Length > 1).Except(carried)) is { } ofUdp)
        {
            yield return PlanFinding.Warning("reference_spread_udp",
                $"{name} is asked to spread UDP over group {ofUdp}. The reference leaves UDP ports out, so all flows between two hosts are one; here they count, unless lb_fields say otherwise.");
        }

        if (chain.Symmetric && MappedBefore(set, hops) is { } mapped)
        {
            yield return PlanFinding.Warning("reference_mapping_back",
                $"{name} is symmetric, and behind its group {PlanText.Label(mapped)}, which has an n-tuple mapping, are functions that know no encapsulation. On the way back the reference looks for the "
                + "ingress values behind those functions already, so packets skip the mapped one; here they have the egress values until they have passed it.");
        }
    }

    // Pushed before the group for functions that know it, and still there behind them.
    private static bool IsCarried(ResourceSet set, PortPairGroup[] hops, int place) =>
        ChainChecks.CorrelationOf(set, hops[place]) != Correlation.None
        || (place > 0 && ChainChecks.CorrelationOf(set, hops[place - 1]) != Correlation.None);

    private static PortPairGroup? MappedBefore(ResourceSet set, PortPairGroup[] hops)
    {
        int last = Array.FindLastIndex(hops, group => ReferenceFindings.IsUnaware(set, group));
        return last < 0 ? null : hops[..last].FirstOrDefault(group => group.Parameters.HasNTupleMapping && ReferenceFindings.IsUnaware(set, group));
    }

    // The reference keeps what stays in its old order and puts what is new behind it.
    private static IEnumerable<PlanFinding> Reordered(ResourceSet before, PortChain chain)
    {
        if (before.PortChains.Find(chain.Id) is { } old
            && !chain.PortPairGroups.SequenceEqual(old.PortPairGroups.Where(chain.PortPairGroups.Contains).Union(chain.PortPairGroups)))
        {
            yield return PlanFinding.Warning("reference_group_order",
                $"Chain {PlanText.Label(chain)} is asked to have its groups in another order. The reference answers with the new order and stores another one; here it is as asked.");
        }
    }

    private static IEnumerable<PlanFinding> Of(ResourceSet set, ServiceGraph graph)
    {
        PortChain[] chains = [.. set.PortChains.Where(chain => graph.Names(chain.Id))];
        string name = $"Graph {PlanText.Label(graph)}";
        string[] hosts =
        [
            .. chains.SelectMany(chain => chain.PortPairGroups).SelectMany(group => set.PortPairGroups[group].PortPairs).Select(pair => set.PortPairs[pair])
                .SelectMany(pair => new[] { pair.Ingress, pair.Egress }).Select(port => set.Ports[port].BindingHostId).Where(host => host.Length > 0).Distinct(),
        ];
        if (hosts.Length > 1)
        {
            yield return PlanFinding.Warning("reference_graph_hosts",
                $"{name} joins chains whose functions are on the hosts {PlanText.List(hosts)}. The reference sends the rules of a graph to no particular host, so that it works on one host only; "
                + "here the rules are where the packets are.");
        }

        if (PlanText.Named(chains.Where(chain => chain.Symmetric)) is { } symmetric)
        {
            yield return PlanFinding.Warning("reference_graph_symmetric",
                $"{name} has the symmetric chain {symmetric}. The reference does not support that and nothing there refuses it; here the ways there are joined, and a way back begins and ends as outside the graph.");
        }
    }
}
