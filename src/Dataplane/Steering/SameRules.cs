namespace NetworkingSfc.Dataplane.Steering;

/// <summary>Tables of the same rules, wherever their paths are. Rules are not copied to compare them: a table may hold 100,000.</summary>
internal sealed class SameRules : IEqualityComparer<RuleTableDefinition>, IEqualityComparer<SteeringRule>
{
    public static readonly SameRules Instance = new();

    private const int Samples = 4;

    /// <summary>Whether two rules match the same packets. Mostly both are one object, which is seen without looking into it.</summary>
    public bool Equals(SteeringRule? x, SteeringRule? y) => ReferenceEquals(x, y) || x!.Rule == y!.Rule;

    /// <inheritdoc/>
    public int GetHashCode(SteeringRule rule) => rule.Rule.GetHashCode();

    /// <inheritdoc/>
    public bool Equals(RuleTableDefinition? x, RuleTableDefinition? y)
    {
        if (x!.Rules == y!.Rules)
        {
            return true;
        }

        if (x.Rules.Length != y.Rules.Length)
        {
            return false;
        }

        for (int i = 0; i < x.Rules.Length; i++)
        {
            if (!Equals(x.Rules[i], y.Rules[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(RuleTableDefinition table)
    {
        // A few rules tell tables apart well enough; equality looks at all of them.
        HashCode hash = default;
        hash.Add(table.Rules.Length);
        int step = Math.Max(1, table.Rules.Length / Samples);
        for (int i = 0; i < table.Rules.Length; i += step)
        {
            hash.Add(table.Rules[i].Rule);
        }

        return hash.ToHashCode();
    }
}
