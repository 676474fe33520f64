using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.ServiceGraphs;
using NetworkingSfc.Control.Subnets;

namespace NetworkingSfc.Control.Resources;

/// <summary>The list of resource kinds, each after the kinds it refers to.</summary>
internal static class ResourceCatalog
{
    /// <summary>All kinds. A new resource is one folder and one line here.</summary>
    public static ImmutableArray<ResourceKind> All { get; } =
    [
        new NetworkKind(),
        new SubnetKind(),
        new PortKind(),
        new PortPairKind(),
        new PortPairGroupKind(),
        new FlowClassifierKind(),
        new PortChainKind(),
        new ServiceGraphKind(),
    ];

    /// <summary>The kind whose list has this name, or null.</summary>
    public static ResourceKind? Find(string plural) => All.FirstOrDefault(kind => kind.Plural == plural);
}
