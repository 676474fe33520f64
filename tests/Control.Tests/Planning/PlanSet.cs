using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.PortPairs;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.ServiceGraphs;

namespace NetworkingSfc.Control.Tests.Planning;

/// <summary>
/// Puts resources into a set without asking the API's rules, so that the planner is also shown what an API can only come to by
/// updates. Ids are derived from names.
/// </summary>
internal sealed class PlanSet
{
    private const string Project = "p";

    public ResourceSet Set { get; private set; } = ResourceSet.Empty;

    public static Guid Id(string name)
    {
        byte[] bytes = new byte[16];
        System.Text.Encoding.UTF8.GetBytes(name).CopyTo(bytes, 0);
        return new Guid(bytes, bigEndian: true);
    }

    public static IpPrefix Prefix(string text) => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new ArgumentException(text);

    public PlanSet Network(string name, int mtu = 0)
    {
        Set = Set with { Networks = Set.Networks.With(new Network { Id = Id(name), Name = name, ProjectId = Project, Mtu = mtu }) };
        return this;
    }

    public PlanSet Ports(string network, params string[] names)
    {
        foreach (string name in names)
        {
            Set = Set with
            {
                Ports = Set.Ports.With(new Port { Id = Id(name), Name = name, ProjectId = Project, NetworkId = Id(network), MacAddress = default }),
            };
        }

        return this;
    }

    public PlanSet Pair(string name, string ingress, string egress, Correlation correlation = Correlation.None, int weight = 1)
    {
        Set = Set with
        {
            PortPairs = Set.PortPairs.With(new PortPair
            {
                Id = Id(name),
                Name = name,
                ProjectId = Project,
                Ingress = Id(ingress),
                Egress = Id(egress),
                Parameters = ServiceFunctionParameters.Default with { Correlation = correlation, GivenWeight = weight },
            }),
        };
        return this;
    }

    public PlanSet Group(string name, string[] pairs, string? mapping = null, params LbField[] fields)
    {
        PortPairGroupParameters parameters = new() { LbFields = [.. fields] };
        Set = Set with
        {
            PortPairGroups = Set.PortPairGroups.With(new PortPairGroup
            {
                Id = Id(name),
                Name = name,
                ProjectId = Project,
                GroupId = 1,
                PortPairs = [.. pairs.Select(Id)],
                Parameters = mapping is null ? parameters : parameters with { NTupleMappingJson = mapping },
            }),
        };
        return this;
    }

    public PlanSet Exclusive(string group)
    {
        Set = Set with { PortPairGroups = Set.PortPairGroups.With(Set.PortPairGroups[Id(group)] with { Exclusive = true }) };
        return this;
    }

    public PlanSet Classifier(FlowClassifier classifier)
    {
        Set = Set with { FlowClassifiers = Set.FlowClassifiers.With(classifier) };
        return this;
    }

    public PlanSet Classifier(string name, string? source = null, string? destination = null, string? prefix = null) =>
        Classifier(Flow(name) with
        {
            LogicalSourcePort = source is null ? null : Id(source),
            LogicalDestinationPort = destination is null ? null : Id(destination),
            SourceIpPrefix = prefix is null ? null : Prefix(prefix),
        });

    public PlanSet Chain(string name, string[] groups, string[] classifiers, Correlation correlation = Correlation.Nsh, bool symmetric = false, int chainId = 0)
    {
        Set = Set with
        {
            PortChains = Set.PortChains.With(new PortChain
            {
                Id = Id(name),
                Name = name,
                ProjectId = Project,
                ChainId = chainId > 0 ? chainId : Set.PortChains.Count + 1,
                PortPairGroups = [.. groups.Select(Id)],
                FlowClassifiers = [.. classifiers.Select(Id)],
                Correlation = correlation,
                Symmetric = symmetric,
            }),
        };
        return this;
    }

    public PlanSet Graph(params (string Source, string Destination)[] joins)
    {
        Set = Set with
        {
            ServiceGraphs = Set.ServiceGraphs.With(new ServiceGraph
            {
                Id = Id("graph"),
                ProjectId = Project,
                Branches = [.. joins.GroupBy(join => join.Source).Select(branch => new ServiceGraphBranch(Id(branch.Key), [.. branch.Select(join => Id(join.Destination))]))],
            }),
        };
        return this;
    }

    public static FlowClassifier Flow(string name) => new() { Id = Id(name), Name = name, ProjectId = Project };
}
