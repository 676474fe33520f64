using System.Collections.Immutable;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>Parameters of a port pair group.</summary>
public sealed record PortPairGroupParameters
{
    /// <summary>What null, <c>{}</c> or an absent attribute gives.</summary>
    public static PortPairGroupParameters Default { get; } = new();

    /// <summary>Fields to choose a member by, in the order sent, duplicates kept; none means all five of the five-tuple.</summary>
    public ImmutableArray<LbField> LbFields { get; init; } = [];

    /// <summary>
    /// The n-tuple mapping as JSON, as sent: the API checks the names of its keys and nothing else, so whoever uses
    /// it must expect values that make no sense (such a mapping is inactive).
    /// </summary>
    public string NTupleMappingJson { get; init; } = """{"ingress_n_tuple":{},"egress_n_tuple":{}}""";
}
