using System.Collections.Immutable;

namespace NetworkingSfc.Control.ServiceGraphs;

/// <summary>A branching point: where a chain ends and others begin.</summary>
/// <param name="Source">Chain whose tail is the branching point.</param>
/// <param name="Destinations">Chains that go on from there, in the order sent.</param>
public sealed record ServiceGraphBranch(Guid Source, ImmutableArray<Guid> Destinations);
