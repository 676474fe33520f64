using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.ServiceGraphs;

/// <summary>Port chains joined by branching points.</summary>
public sealed record ServiceGraph : Resource
{
    /// <summary>Branching points in the order sent; a source without destinations is not kept.</summary>
    public ImmutableArray<ServiceGraphBranch> Branches { get; init; } = [];

    /// <summary>Whether a chain is part of the graph.</summary>
    /// <param name="chain">Id of the chain.</param>
    public bool Names(Guid chain) => Branches.Any(branch => branch.Source == chain || branch.Destinations.Contains(chain));
}
