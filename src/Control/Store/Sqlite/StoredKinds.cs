using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.ServiceGraphs;
using NetworkingSfc.Control.Subnets;

namespace NetworkingSfc.Control.Store.Sqlite;

/// <summary>The list of what is kept; a test compares it with the catalog of resources.</summary>
internal static class StoredKinds
{
    /// <summary>All kinds.</summary>
    public static ImmutableArray<StoredKind> All { get; } =
    [
        new StoredKind<Network>("networks", RowText.Default.Network, set => set.Networks, (set, all) => set with { Networks = all }),
        new StoredKind<Subnet>("subnets", RowText.Default.Subnet, set => set.Subnets, (set, all) => set with { Subnets = all }),
        new StoredKind<Port>("ports", RowText.Default.Port, set => set.Ports, (set, all) => set with { Ports = all }),
        new StoredKind<PortPair>("port_pairs", RowText.Default.PortPair, set => set.PortPairs, (set, all) => set with { PortPairs = all }),
        new StoredKind<PortPairGroup>("port_pair_groups", RowText.Default.PortPairGroup, set => set.PortPairGroups, (set, all) => set with { PortPairGroups = all }),
        new StoredKind<FlowClassifier>("flow_classifiers", RowText.Default.FlowClassifier, set => set.FlowClassifiers, (set, all) => set with { FlowClassifiers = all }),
        new StoredKind<PortChain>("port_chains", RowText.Default.PortChain, set => set.PortChains, (set, all) => set with { PortChains = all }),
        new StoredKind<ServiceGraph>("service_graphs", RowText.Default.ServiceGraph, set => set.ServiceGraphs, (set, all) => set with { ServiceGraphs = all }),
    ];
}
