using System.Net;
using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>The desired state as the model knows it.</summary>
internal sealed class Topology
{
    public List<ModelPort> Ports { get; } = [];

    public List<ModelPair> Pairs { get; } = [];

    public List<ModelChain> Chains { get; } = [];

    /// <summary>Networks that learn.</summary>
    public HashSet<string> Learning { get; } = [];

    /// <summary>Name of the uplink port by network.</summary>
    public Dictionary<string, string> Uplinks { get; } = [];

    /// <summary>Where frames that end one chain may go on in another: one service graph.</summary>
    public List<(ModelChain Source, ModelChain Destination)> Joins { get; } = [];

    public ModelPort Port(string name) => Ports.Single(port => port.Name == name);

    /// <summary>All chains that a graph joins to a chain, and the chain itself.</summary>
    public IEnumerable<ModelChain> JoinedTo(ModelChain chain)
    {
        List<ModelChain> inGraph = [.. Joins.SelectMany(join => new[] { join.Source, join.Destination })];
        return inGraph.Contains(chain) ? inGraph : [chain];
    }

    public bool IsOfPair(ModelPort port) => Pairs.Any(pair => pair.Ingress == port.Name || pair.Egress == port.Name);

    public IEnumerable<ModelGroup> Groups => Chains.SelectMany(chain => chain.Groups).Distinct();

    /// <summary>
    /// The same as a state document. Chains get a group without members: the real ones are put in afterwards, so that a chain may
    /// also have functions of both correlations, which the API lets in by an update only.
    /// </summary>
    public Lab ToLab()
    {
        Lab lab = new();
        foreach (string network in Ports.Select(port => port.Network).Distinct())
        {
            lab.Network(network, mtu: 1500, learns: Learning.Contains(network));
        }

        foreach (ModelPort port in Ports)
        {
            lab.Port(port.Name, port.Mac, [.. port.Addresses], port.Network);
        }

        foreach ((string network, string port) in Uplinks)
        {
            lab.Uplink(network, port);
        }

        foreach (ModelPair pair in Pairs)
        {
            lab.Pair(pair.Name, pair.Correlation, pair.Ingress, pair.Egress, pair.Weight);
            if (pair.Kind is not null)
            {
                lab.Plays(pair.Name, pair.Kind, [.. pair.Replacements.Select(entry => (entry.Key, JsonValueOf(entry.Value)))]);
            }
        }

        foreach (ModelGroup group in Groups)
        {
            lab.Group(group.Name, [.. group.Pairs.Select(pair => pair.Name)], group.Field is null ? null : [group.Field], group.IsTap, group.IsExclusive);
        }

        foreach (ModelChain chain in Chains)
        {
            lab.Group("instead-of-" + chain.Name, []);
            foreach (ModelClassifier classifier in chain.Classifiers)
            {
                lab.Classifier(classifier.Name,
                    ("ethertype", classifier.IsIpv6 ? "IPv6" : "IPv4"), ("protocol", classifier.Protocol),
                    ("source_ip_prefix", classifier.Source), ("destination_ip_prefix", classifier.Destination),
                    ("destination_port_range_min", classifier.Ports?.Lowest), ("destination_port_range_max", classifier.Ports?.Highest),
                    ("logical_source_port", classifier.SourcePort), ("logical_destination_port", classifier.DestinationPort));
            }

            lab.Chain(chain.Name, chain.Id, chain.Correlation, ["instead-of-" + chain.Name], [.. chain.Classifiers.Select(classifier => classifier.Name)], chain.IsSymmetric);
        }

        return Joins.Count == 0 ? lab : lab.Graph([.. Joins.Select(join => (join.Source.Name, join.Destination.Name))]);
    }

    private static JsonNode JsonValueOf(object value) => value is int number ? number : (string)value;
}

internal sealed record ModelPort(string Name, string Mac, string Network, string[] Addresses)
{
    public byte[] MacBytes { get; } = Convert.FromHexString(Mac.Replace(":", "", StringComparison.Ordinal));

    public IEnumerable<string> AddressesInHex => Addresses.Select(address => Convert.ToHexString(IPAddress.Parse(address).GetAddressBytes()));
}

/// <summary>A port pair with what stands behind it; <c>Kind</c> null is the default.</summary>
internal sealed record ModelPair(string Name, string? Correlation, string Ingress, string Egress, int Weight, string? Kind)
{
    public Dictionary<string, object> Replacements { get; } = [];
}

internal sealed record ModelGroup(string Name, string? Correlation, List<ModelPair> Pairs, string? Field)
{
    /// <summary>Gets copies only.</summary>
    public bool IsTap { get; init; }

    /// <summary>What its functions write stays on the chain.</summary>
    public bool IsExclusive { get; init; }
}

internal sealed record ModelClassifier(
    string Name, bool IsIpv6, string? Protocol, string? Source, string Destination, (int Lowest, int Highest)? Ports, string? SourcePort, string? DestinationPort);

internal sealed record ModelChain(string Name, int Id, string Correlation, bool IsSymmetric, List<ModelGroup> Groups, List<ModelClassifier> Classifiers)
{
    /// <summary>Tells destinations of chains apart.</summary>
    public int Prefix { get; init; }

    /// <summary>Path id of the way back in a label, when it has one.</summary>
    public int ReverseLabelPath { get; set; }

    /// <summary>The groups that frames pass, without taps.</summary>
    public List<ModelGroup> Hops => [.. Groups.Where(group => !group.IsTap)];

    public ModelGroup GroupAt(int hop, bool reverse) => reverse ? Hops[^(hop + 1)] : Hops[hop];

    /// <summary>The taps that frames pass behind so many hops, in the order in which they do.</summary>
    public IEnumerable<ModelGroup> TapsAt(int hop, bool reverse)
    {
        int before = reverse ? Hops.Count - hop : hop;
        IEnumerable<ModelGroup> taps = Groups.Where((group, place) => group.IsTap && Groups.Take(place).Count(other => !other.IsTap) == before);
        return reverse ? taps.Reverse() : taps;
    }
}
