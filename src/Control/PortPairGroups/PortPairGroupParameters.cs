using System.Collections.Immutable;
using System.Text.Json;

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

    /// <summary>Whether the mapping says anything: some tuple names a value that is not null. An empty one may be written in several ways.</summary>
    public bool HasNTupleMapping
    {
        get
        {
            using JsonDocument mapping = JsonDocument.Parse(NTupleMappingJson);
            return mapping.RootElement.EnumerateObject().Any(tuple =>
                tuple.Value.ValueKind == JsonValueKind.Object
                && tuple.Value.EnumerateObject().Any(value => value.Value.ValueKind != JsonValueKind.Null));
        }
    }
}
