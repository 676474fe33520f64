using System.Collections.Immutable;

namespace NetworkingSfc.Control.Resources;

/// <summary>How many resources of each kind one project may have; -1 is unlimited.</summary>
public sealed record Quotas
{
    private const int Unlimited = -1;

    private readonly ImmutableDictionary<string, int> _limits;

    private Quotas(ImmutableDictionary<string, int> limits) => _limits = limits;

    /// <summary>The limits of the reference.</summary>
    public static Quotas Default { get; } = new(new Dictionary<string, int>
    {
        ["port_pair"] = 100,
        ["port_pair_group"] = 10,
        ["port_chain"] = 10,
        ["flow_classifier"] = 100,
        ["service_graph"] = Unlimited,
    }.ToImmutableDictionary());

    /// <summary>Names that have a limit, in order.</summary>
    public static IEnumerable<string> Names => Default._limits.Keys.Order(StringComparer.Ordinal);

    /// <summary>The limit of a name; kinds without one are unlimited.</summary>
    /// <param name="name">Name in the singular, for example <c>port_pair</c>.</param>
    public int this[string name] => _limits.GetValueOrDefault(name, Unlimited);

    /// <summary>The same quotas with another limit for one name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="limit">The limit, -1 for none.</param>
    public Quotas With(string name, int limit)
    {
        if (!_limits.ContainsKey(name) || limit < Unlimited)
        {
            throw new ArgumentException(
                $"A quota of {limit} for '{name}' is not possible. Accepted are {string.Join(", ", Names)}, each -1 (unlimited) or more.", nameof(name));
        }

        return new Quotas(_limits.SetItem(name, limit));
    }

    /// <summary>The limits of one project: those set for it, else these.</summary>
    internal Quotas For(ResourceSet set, string projectId) =>
        set.QuotaLimits.TryGetValue(projectId, out ImmutableDictionary<string, int>? own) ? new Quotas(_limits.SetItems(own)) : this;

    /// <summary>409 when one more resource would be too many for its project.</summary>
    internal ApiProblem? Refuse(ResourceSet set, ResourceKind kind, string projectId)
    {
        int limit = For(set, projectId)[kind.Singular];
        return limit != Unlimited && kind.All(set).Count(resource => resource.ProjectId == projectId) >= limit
            ? new ApiProblem(409, "OverQuota", $"Quota exceeded for resources: ['{kind.Singular}'].")
            : null;
    }
}
