using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>A logical service function: port pairs that do the same work.</summary>
public sealed record PortPairGroup : Resource
{
    /// <summary>Smallest number from 1 that no other group had when this one was made.</summary>
    public required int GroupId { get; init; }

    /// <summary>Members in the order sent; each pair is in at most one group.</summary>
    public ImmutableArray<Guid> PortPairs { get; init; } = [];

    /// <summary>Load balancing fields and n-tuple mapping.</summary>
    public PortPairGroupParameters Parameters { get; init; } = PortPairGroupParameters.Default;

    /// <summary>Whether the group receives copies only.</summary>
    public bool TapEnabled { get; init; }

    /// <summary>Extension attribute <c>on_empty</c>; null where nothing was said, which the server's default decides and is not answered.</summary>
    public EmptyGroupAction? OnEmpty { get; init; }

    /// <summary>Extension attribute <c>exclusive</c>: the functions rewrite addresses and the group is in one chain only. Answered only when true.</summary>
    public bool Exclusive { get; init; }
}
