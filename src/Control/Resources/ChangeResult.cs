namespace NetworkingSfc.Control.Resources;

/// <summary>Outcome of a change: the set that would become current with the resource concerned, or why it is refused.</summary>
internal readonly record struct ChangeResult
{
    /// <summary>The next set; null when the change is refused.</summary>
    public ResourceSet? Set { get; private init; }

    /// <summary>What was made or changed, in order; empty after a delete.</summary>
    public IReadOnlyList<Resource> Resources { get; private init; }

    /// <summary>The generation in which a forwarder uses the set; 0 until it is compiled, and without a forwarder.</summary>
    public ulong Generation { get; private init; }

    /// <summary>Whether a PUT made the object, rather than changed it.</summary>
    public bool Created { get; private init; }

    /// <summary>Why the change is refused.</summary>
    public ApiProblem? Problem { get; private init; }

    /// <summary>The change is possible.</summary>
    public static ChangeResult Of(ResourceSet set, params IReadOnlyList<Resource> resources) =>
        new() { Set = set, Resources = resources };

    /// <summary>The same result with the set as it becomes current, in this generation.</summary>
    public ChangeResult With(ResourceSet set, ulong generation) => this with { Set = set, Generation = generation };

    /// <summary>The same result of a PUT that made the object.</summary>
    public ChangeResult AsCreated() => this with { Created = true };

    /// <summary>The change is refused.</summary>
    public static implicit operator ChangeResult(ApiProblem problem) => new() { Resources = [], Problem = problem };
}
