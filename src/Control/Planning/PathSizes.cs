using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Planning;

/// <summary>The largest packet that a chain takes.</summary>
/// <param name="Chain">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Before">Bytes, without Ethernet header and VLAN tags, in the old state; null when the chain is new or nothing limits it.</param>
/// <param name="After">The same in the new state; null when nothing limits it.</param>
public sealed record PathSize(Guid Chain, string Name, int? Before, int? After);

/// <summary>Packets that would no longer fit somewhere on their path, once the path's own headers are added.</summary>
internal static class PathSizes
{
    /// <summary>One entry for each chain of the new state that has a limit, or had one.</summary>
    public static ImmutableArray<PathSize> Between(ResourceSet before, ResourceSet after) =>
    [
        .. from chain in after.PortChains
           let was = before.PortChains.Find(chain.Id) is { } old ? Tightest(before, old)?.LargestBytes : null
           let becomes = Tightest(after, chain)?.LargestBytes
           where was is not null || becomes is not null
           select new PathSize(chain.Id, chain.Name, was, becomes),
    ];

    /// <summary>Chains that take less than the ports their packets come from may send.</summary>
    public static IEnumerable<PlanFinding> FindingsOf(ResourceSet set)
    {
        HashSet<Guid> ofPairs = [.. set.PortPairs.SelectMany(pair => new[] { pair.Ingress, pair.Egress })];
        foreach (PortChain chain in set.PortChains)
        {
            if (Tightest(set, chain) is not { } tightest)
            {
                continue;
            }

            int sent = Sources(set, chain, ofPairs).Select(network => network.ShownMtu).DefaultIfEmpty(0).Max();
            if (sent > tightest.LargestBytes)
            {
                Network network = set.Networks[tightest.Port.NetworkId];
                yield return PlanFinding.Warning("too_long",
                    $"Packets of up to {sent} bytes enter chain {PlanText.Label(chain)}, but only {tightest.LargestBytes} fit port {PlanText.Label(tightest.Port)} "
                    + $"({network.Mtu} bytes less {tightest.HeaderBytes} of headers). Longer ones are answered with an ICMP error or dropped as too_long. "
                    + $"An MTU of {sent + tightest.HeaderBytes} on network {PlanText.Label(network)} would do.");
            }
        }
    }

    private static Limit? Tightest(ResourceSet set, PortChain chain)
    {
        Limit? tightest = null;
        foreach (PortPair pair in chain.PortPairGroups.Select(id => set.PortPairGroups[id]).Where(group => !group.TapEnabled)
            .SelectMany(group => group.PortPairs).Select(id => set.PortPairs[id]))
        {
            tightest = Smaller(tightest, LimitOf(set, pair, pair.Ingress));
            tightest = chain.Symmetric ? Smaller(tightest, LimitOf(set, pair, pair.Egress)) : tightest;
        }

        return tightest;
    }

    private static Limit? LimitOf(ResourceSet set, PortPair pair, Guid portId)
    {
        Port port = set.Ports[portId];
        int mtu = set.Networks[port.NetworkId].Mtu;
        return mtu == Network.NoMtu ? null : new Limit(port, mtu, HeaderBytes(pair));
    }

    private static Limit? Smaller(Limit? one, Limit? other) =>
        one is null || (other is not null && other.LargestBytes < one.LargestBytes) ? other : one;

    private static IEnumerable<Network> Sources(ResourceSet set, PortChain chain, HashSet<Guid> ofPairs)
    {
        foreach (FlowClassifier classifier in chain.FlowClassifiers.Select(id => set.FlowClassifiers[id]))
        {
            if (classifier.LogicalSourcePort is { } source)
            {
                yield return set.Networks[set.Ports[source].NetworkId];
            }
            else
            {
                foreach (Port port in set.Ports.Where(port => !ofPairs.Contains(port.Id)))
                {
                    yield return set.Networks[port.NetworkId];
                }
            }

            if (chain.Symmetric && classifier.LogicalDestinationPort is { } destination)
            {
                yield return set.Networks[set.Ports[destination].NetworkId];
            }
        }
    }

    // The outermost Ethernet header does not count; with NSH the packet's own one is inside.
    private static int HeaderBytes(PortPair pair) => pair.Parameters.Correlation switch
    {
        Correlation.Nsh => NshHeader.MdType1LengthBytes + EthernetHeader.LengthBytes,
        Correlation.Mpls => MplsLabelEntry.LengthBytes,
        _ => 0,
    };

    private sealed record Limit(Port Port, int MtuBytes, int HeaderBytes)
    {
        public int LargestBytes => MtuBytes - HeaderBytes;
    }
}
