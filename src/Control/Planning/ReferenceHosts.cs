using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Ports of chains that are nowhere or switched off. Where no port at all says its host, hosts are not this operator's way.</summary>
internal static class ReferenceHosts
{
    public static IEnumerable<PlanFinding> Of(ResourceSet set)
    {
        PortPair[] pairs = [.. set.PortChains.SelectMany(chain => chain.PortPairGroups).Distinct().SelectMany(group => set.PortPairGroups[group].PortPairs).Select(id => set.PortPairs[id])];
        Port[] ofFunctions = [.. pairs.SelectMany(pair => new[] { pair.Ingress, pair.Egress }).Distinct().Select(id => set.Ports[id])];
        IEnumerable<Guid> sources = set.PortChains.SelectMany(chain => chain.FlowClassifiers).Select(id => set.FlowClassifiers[id].LogicalSourcePort).OfType<Guid>();
        Port[] unbound = [.. ofFunctions.Concat(sources.Select(id => set.Ports[id])).Distinct().Where(port => port.BindingHostId.Length == 0)];
        if (unbound.Length > 0 && set.Ports.Any(port => port.BindingHostId.Length > 0))
        {
            yield return PlanFinding.Warning("reference_unbound_port",
                $"Ports {PlanText.List(unbound.Select(PlanText.Label))} of chains have no binding:host_id, though others have one. The reference leaves such members out and lets the packets of such sources pass by "
                + "their chain; here they are used wherever they are attached, and frames to one that is not attached are dropped as port_not_attached.");
        }

        Port[] down = [.. ofFunctions.Where(port => !port.AdminStateUp || !set.Networks[port.NetworkId].AdminStateUp)];
        if (down.Length > 0)
        {
            yield return PlanFinding.Warning("port_down",
                $"Ports {PlanText.List(down.Select(PlanText.Label))} of functions are switched off (admin_state_up). Neither the reference nor this forwarder looks at that: packets are still sent there. "
                + "A weight of 0 takes a function out of its group.");
        }
    }
}
