using System.Collections.Immutable;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Compilation;

/// <summary>The rules of one compilation, from which the next one takes what has not changed.</summary>
/// <param name="Paths">Rules of the paths.</param>
/// <param name="Tables">Tables by port number.</param>
internal sealed record CompiledRules(
    ImmutableDictionary<(Guid Chain, bool IsReverse), PathRules> Paths, ImmutableDictionary<int, CompiledRules.Table> Tables)
{
    /// <summary>No rules.</summary>
    public static CompiledRules None { get; } = new(
        ImmutableDictionary<(Guid Chain, bool IsReverse), PathRules>.Empty, ImmutableDictionary<int, Table>.Empty);

    /// <summary>A table and the lists of paths that it was put together from.</summary>
    /// <param name="Parts">The lists in order.</param>
    /// <param name="Definition">The table.</param>
    internal sealed record Table(ImmutableArray<ImmutableArray<SteeringRule>> Parts, RuleTableDefinition Definition);
}
