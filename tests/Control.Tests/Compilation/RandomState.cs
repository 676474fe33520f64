using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.Tests.Compilation;

/// <summary>
/// A state that random changes are made to, one at a time. References exist and classifiers are in one chain at most; beyond
/// that it does more than the API lets anybody do, such as changing a classifier that a chain has.
/// </summary>
internal sealed class RandomState(Random random)
{
    private static readonly string[] _mappings =
    [
        PortPairGroupParameters.Default.NTupleMappingJson,
        """{"egress_n_tuple":{"destination_port_range_min":"8080","destination_port_range_max":"8080"}}""",
        """{"ingress_n_tuple":{"source_ip_prefix":"10.9.0.0/16"},"egress_n_tuple":{"source_ip_prefix":null}}""",
    ];

    private readonly Network _network = new() { Id = Guid.NewGuid(), ProjectId = "p" };
    private int _made;

    /// <summary>The state now.</summary>
    public ResourceSet Current { get; private set; } = ResourceSet.Empty;

    /// <summary>What was changed last.</summary>
    public string LastChange { get; private set; } = "";

    /// <summary>Makes one change.</summary>
    public void Change()
    {
        if (Current.Networks.Count == 0)
        {
            Current = Current with { Networks = Current.Networks.With(_network) };
        }

        Func<ResourceSet?>[] changes =
            [AddPort, AddPort, AddPair, AddGroup, AddClassifier, AddClassifier, AddChain, RegroupPairs, Remap, ChangeClassifier, ChangeChain, RenameChain, AddGraph, DeleteGraph, DeleteChain, DeleteClassifier, DeletePort];
        ResourceSet? next = null;
        while (next is null)
        {
            Func<ResourceSet?> change = changes[random.Next(changes.Length)];
            next = change();
            LastChange = change.Method.Name;
        }

        Current = next;
    }

    private ResourceSet AddPort() => Current with
    {
        Ports = Current.Ports.With(new Port { Id = Guid.NewGuid(), ProjectId = "p", NetworkId = _network.Id, MacAddress = new(0x0200_0000_0000 + (ulong)++_made) }),
    };

    private ResourceSet? AddPair()
    {
        Port[] free = [.. Current.Ports.Where(port => !Current.PortPairs.Any(pair => pair.Ingress == port.Id || pair.Egress == port.Id))];
        return free.Length < 2 ? null : Current with
        {
            PortPairs = Current.PortPairs.With(new PortPair
            {
                Id = Guid.NewGuid(),
                ProjectId = "p",
                Ingress = free[0].Id,
                Egress = free[random.Next(2)].Id,
                Parameters = ServiceFunctionParameters.Default with { Correlation = random.Next(3) == 0 ? Correlation.Nsh : Correlation.None },
            }),
        };
    }

    private ResourceSet AddGroup() => Current with
    {
        PortPairGroups = Current.PortPairGroups.With(Filled(new PortPairGroup
        {
            Id = Guid.NewGuid(),
            ProjectId = "p",
            GroupId = ++_made,
            TapEnabled = random.Next(5) == 0,
            Parameters = PortPairGroupParameters.Default with { NTupleMappingJson = OneOf(_mappings) },
        })),
    };

    private ResourceSet? RegroupPairs() => Current.PortPairGroups.Count == 0 ? null
        : Current with { PortPairGroups = Current.PortPairGroups.With(Filled(OneOf(Current.PortPairGroups) with { PortPairs = [] })) };

    private ResourceSet? Remap()
    {
        if (Current.PortPairGroups.Count == 0)
        {
            return null;
        }

        PortPairGroup group = OneOf(Current.PortPairGroups);
        return Current with
        {
            PortPairGroups = Current.PortPairGroups.With(group with
            {
                Exclusive = random.Next(3) == 0,
                Parameters = group.Parameters with { NTupleMappingJson = OneOf(_mappings) },
            }),
        };
    }

    private ResourceSet AddClassifier() => Current with { FlowClassifiers = Current.FlowClassifiers.With(Classifier(Guid.NewGuid())) };

    private ResourceSet? ChangeClassifier() => Current.FlowClassifiers.Count == 0 ? null
        : Current with { FlowClassifiers = Current.FlowClassifiers.With(Classifier(OneOf(Current.FlowClassifiers).Id)) };

    private ResourceSet? AddChain()
    {
        PortPairGroup[] groups = Some(Current.PortPairGroups, 3);
        return groups.Length == 0 ? null : Current with
        {
            PortChains = Current.PortChains.With(new PortChain
            {
                Id = Guid.NewGuid(),
                ProjectId = "p",
                ChainId = ++_made,
                Correlation = Correlation.Nsh,
                Symmetric = random.Next(2) == 0,
                PortPairGroups = [.. groups.Select(group => group.Id)],
                FlowClassifiers = FreeClassifiers(),
            }),
        };
    }

    private ResourceSet? ChangeChain()
    {
        if (Current.PortChains.Count == 0)
        {
            return null;
        }

        PortChain chain = OneOf(Current.PortChains);
        ImmutableArray<Guid> kept = [.. chain.FlowClassifiers.Where(_ => random.Next(2) == 0)];
        return Current with { PortChains = Current.PortChains.With(chain with { FlowClassifiers = [.. kept, .. FreeClassifiers()] }) };
    }

    private ResourceSet? RenameChain() => Current.PortChains.Count == 0 ? null
        : Current with { PortChains = Current.PortChains.With(OneOf(Current.PortChains) with { Name = $"{++_made}" }) };

    private ResourceSet? AddGraph()
    {
        PortChain[] free = [.. Some(Current.PortChains, 4).Where(chain => !Current.ServiceGraphs.Any(graph => graph.Names(chain.Id)))];
        return free.Length < 2 ? null : Current with
        {
            ServiceGraphs = Current.ServiceGraphs.With(new ServiceGraph
            {
                Id = Guid.NewGuid(),
                ProjectId = "p",
                Branches = [new ServiceGraphBranch(free[0].Id, [.. free.Skip(1).Select(chain => chain.Id)])],
            }),
        };
    }

    private ResourceSet? DeleteGraph() => Current.ServiceGraphs.Count == 0 ? null
        : Current with { ServiceGraphs = Current.ServiceGraphs.Without(OneOf(Current.ServiceGraphs).Id) };

    private ResourceSet? DeleteChain()
    {
        PortChain[] free = [.. Current.PortChains.Where(chain => !Current.ServiceGraphs.Any(graph => graph.Names(chain.Id)))];
        return Current.PortChains.Count < 3 || free.Length == 0 ? null
            : Current with { PortChains = Current.PortChains.Without(OneOf(free).Id) };
    }

    private ResourceSet? DeleteClassifier()
    {
        ImmutableArray<Guid> free = FreeClassifiers();
        return free.IsEmpty ? null : Current with { FlowClassifiers = Current.FlowClassifiers.Without(free[0]) };
    }

    private ResourceSet? DeletePort()
    {
        Port? free = Current.Ports.LastOrDefault(port =>
            !Current.PortPairs.Any(pair => pair.Ingress == port.Id || pair.Egress == port.Id)
            && !Current.FlowClassifiers.Any(one => one.LogicalSourcePort == port.Id || one.LogicalDestinationPort == port.Id));
        return free is null ? null : Current with { Ports = Current.Ports.Without(free.Id) };
    }

    // Pairs of one group understand the same.
    private PortPairGroup Filled(PortPairGroup group)
    {
        PortPair[] free = [.. Current.PortPairs.Where(pair => !Current.PortPairGroups.Any(other => other.Id != group.Id && other.PortPairs.Contains(pair.Id)))];
        return group with
        {
            PortPairs = [.. free.Where(pair => pair.Parameters.Correlation == free[0].Parameters.Correlation).Take(random.Next(3)).Select(pair => pair.Id)],
        };
    }

    private FlowClassifier Classifier(Guid id) => new()
    {
        Id = id,
        ProjectId = "p",
        Protocol = FlowProtocol.Tcp,
        DestinationPorts = new PortBounds((ushort)random.Next(1000), 1000),
        LogicalSourcePort = PortOrNone(),
        LogicalDestinationPort = PortOrNone(),
    };

    private Guid? PortOrNone() => Current.Ports.Count == 0 || random.Next(2) == 0 ? null : OneOf(Current.Ports).Id;

    private ImmutableArray<Guid> FreeClassifiers() =>
    [
        .. Some(Current.FlowClassifiers, 3).Select(classifier => classifier.Id).Where(id => !Current.PortChains.Any(chain => chain.FlowClassifiers.Contains(id))),
    ];

    private T OneOf<T>(IReadOnlyCollection<T> all) => all.ElementAt(random.Next(all.Count));

    private T[] Some<T>(IReadOnlyCollection<T> all, int most) => [.. all.OrderBy(_ => random.Next()).Take(random.Next(most + 1))];
}
