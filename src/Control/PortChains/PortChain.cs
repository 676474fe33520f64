using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortChains;

/// <summary>A service function chain: the groups that the flows of its classifiers visit, in order.</summary>
public sealed record PortChain : Resource
{
    /// <summary>Number of the chain, 1 to 65535; the service path id on the wire.</summary>
    public required int ChainId { get; init; }

    /// <summary>Groups in the order of the path, as stored last.</summary>
    public required ImmutableArray<Guid> PortPairGroups { get; init; }

    /// <summary>Classifiers in the order sent; each is in at most one chain.</summary>
    public ImmutableArray<Guid> FlowClassifiers { get; init; } = [];

    /// <summary>Encapsulation between hops: <see cref="Correlation.Mpls"/> or <see cref="Correlation.Nsh"/>.</summary>
    public Correlation Correlation { get; init; } = Correlation.Mpls;

    /// <summary>Whether the way back passes the same members in reverse order.</summary>
    public bool Symmetric { get; init; }

    /// <summary>
    /// Service path id of the way back of a symmetric MPLS chain, taken when the chain is created; null for other
    /// chains (in NSH the way back is the chain id + 0x800000). Not part of the API.
    /// </summary>
    public int? ReversePathId { get; init; }
}
