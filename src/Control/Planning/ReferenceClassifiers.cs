using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Planning;

/// <summary>Classifiers that the reference reads in another way.</summary>
internal static class ReferenceClassifiers
{
    // The reference leaves routers' ports out when it fills in addresses.
    private const string RouterOwner = "network:router";

    public static IEnumerable<PlanFinding> Of(ResourceSet set) => set.PortChains.SelectMany(chain => Of(set, chain)).Concat(SharedSources(set));

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortChain chain)
    {
        FlowClassifier[] classifiers = [.. chain.FlowClassifiers.Select(id => set.FlowClassifiers[id])];
        string name = $"Chain {PlanText.Label(chain)}";
        if (PlanText.Named(classifiers.Where(one => one.Ethertype == IpFamily.IPv6)) is { } ipv6)
        {
            yield return PlanFinding.Warning("reference_ipv6",
                $"{name} is asked to take IPv6 (classifier {ipv6}). The reference accepts that and steers no IPv6 packet; here IPv6 is steered as IPv4 is.");
        }

        if (PlanText.Named(classifiers.Where(one => HasBoundOfZero(one.SourcePorts) || HasBoundOfZero(one.DestinationPorts))) is { } zero)
        {
            yield return PlanFinding.Warning("reference_port_zero",
                $"{name} is asked for a range of ports that begins at 0 (classifier {zero}). The reference takes 0 for no bound: 0 to 0 is any port there, and other "
                + "ranges begin at 1. Here 0 is port 0.");
        }

        foreach (FlowClassifier classifier in classifiers)
        {
            foreach (PlanFinding finding in Of(set, chain, classifier))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<PlanFinding> Of(ResourceSet set, PortChain chain, FlowClassifier classifier)
    {
        string name = $"Classifier {PlanText.Label(classifier)} (chain {PlanText.Label(chain)})";
        foreach ((string side, IpPrefix? prefix, Guid? port) in new[]
        {
            ("source", classifier.SourceIpPrefix, classifier.LogicalSourcePort), ("destination", classifier.DestinationIpPrefix, classifier.LogicalDestinationPort),
        })
        {
            if (classifier.Ethertype == IpFamily.IPv4 && prefix is null && port is { } id && set.Ports[id] is { FixedIps: [var only] } named
                && !named.DeviceOwner.StartsWith(RouterOwner, StringComparison.Ordinal))
            {
                yield return PlanFinding.Warning("reference_null_prefix",
                    $"{name} is asked for any {side} address at port {PlanText.Label(named)}. The reference narrows that to the port's only address, {only.Address}; "
                    + $"here it is any address. With {side}_ip_prefix given both do the same.");
            }
        }

        if (!chain.Symmetric && classifier.LogicalDestinationPort is { } destination)
        {
            yield return PlanFinding.Warning("destination_port_not_matched",
                $"{name} names the logical destination port {PlanText.Label(set.Ports[destination])}. Neither the reference nor this forwarder matches it: it only says where the "
                + "way back of a symmetric chain begins. A destination_ip_prefix would say which packets are meant.");
        }
    }

    // In the reference the chains of one source port share a record, which goes with the first of them.
    private static IEnumerable<PlanFinding> SharedSources(ResourceSet set)
    {
        Dictionary<Guid, List<PortChain>> chains = [];
        foreach (PortChain chain in set.PortChains)
        {
            foreach (Guid port in chain.FlowClassifiers.Select(id => set.FlowClassifiers[id].LogicalSourcePort).OfType<Guid>().Distinct())
            {
                chains.TryAdd(port, []);
                chains[port].Add(chain);
            }
        }

        foreach (Port port in set.Ports.Where(port => chains.TryGetValue(port.Id, out List<PortChain>? sharing) && sharing.Count > 1))
        {
            yield return PlanFinding.Warning("reference_shared_source",
                $"The chains {PlanText.List(chains[port.Id].Select(PlanText.Label))} begin at the same port {PlanText.Label(port)}. In the reference, deleting one of them leaves the flow of "
                + "another behind for good, when that is deleted later; here each goes with its own rules.");
        }
    }

    private static bool HasBoundOfZero(PortBounds bounds) => bounds is { Lowest: 0, Max: not null };
}
