using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.ServiceGraphs;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Subnets;

namespace NetworkingSfc.Control.Resources;

/// <summary>All desired state at one revision. Immutable: readers keep the one they have, the control loop makes the next.</summary>
public sealed record ResourceSet
{
    /// <summary>No resources, revision 0.</summary>
    public static ResourceSet Empty { get; } = new();

    /// <summary>Number of accepted changes that led here.</summary>
    public long Revision { get; init; }

    /// <summary>Networks in creation order.</summary>
    public ResourceCollection<Network> Networks { get; init; } = ResourceCollection<Network>.Empty;

    /// <summary>Subnets in creation order.</summary>
    public ResourceCollection<Subnet> Subnets { get; init; } = ResourceCollection<Subnet>.Empty;

    /// <summary>Ports in creation order.</summary>
    public ResourceCollection<Port> Ports { get; init; } = KeyIndex<Port, PortKey>.Over(PortKey.Of);

    /// <summary>Port pairs in creation order.</summary>
    public ResourceCollection<PortPair> PortPairs { get; init; } = KeyIndex<PortPair, (Guid Ingress, Guid Egress)>.Over(pair => [(pair.Ingress, pair.Egress)]);

    /// <summary>Port pair groups in creation order.</summary>
    public ResourceCollection<PortPairGroup> PortPairGroups { get; init; } = KeyIndex<PortPairGroup, Guid>.Over(group => group.PortPairs);

    /// <summary>Flow classifiers in creation order, which is their precedence.</summary>
    public ResourceCollection<FlowClassifier> FlowClassifiers { get; init; } = ResourceCollection<FlowClassifier>.Indexed(OverlapIndex.Empty);

    /// <summary>Port chains in creation order.</summary>
    public ResourceCollection<PortChain> PortChains { get; init; } = KeyIndex<PortChain, Guid>.Over(chain => chain.FlowClassifiers);

    /// <summary>Service graphs in creation order.</summary>
    public ResourceCollection<ServiceGraph> ServiceGraphs { get; init; } = ResourceCollection<ServiceGraph>.Empty;

    /// <summary>By id of the network, the port that takes what has no other destination. Goes with its port.</summary>
    public ImmutableDictionary<Guid, Guid> Uplinks { get; init; } = ImmutableDictionary<Guid, Guid>.Empty;

    /// <summary>By id of the port pair, the stand-in for its function where one was named. Kept for who plays functions; goes with its pair.</summary>
    public ImmutableDictionary<Guid, ServiceFunction> Functions { get; init; } = ImmutableDictionary<Guid, ServiceFunction>.Empty;

    /// <summary>By project and name, the limits that are not the default ones. Not part of state documents.</summary>
    public ImmutableDictionary<string, ImmutableDictionary<string, int>> QuotaLimits { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, int>>.Empty;
}
