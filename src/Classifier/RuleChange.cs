namespace NetworkingSfc.Classifier;

/// <summary>What a <see cref="RuleChange"/> does.</summary>
public enum RuleChangeKind
{
    /// <summary>Installs a rule under an id that no installed rule has.</summary>
    Add,

    /// <summary>Removes the rule with this id.</summary>
    Delete,

    /// <summary>Puts another rule or rank under an id that an installed rule has.</summary>
    Replace,
}

/// <summary>One change of the rules of an <see cref="IUpdatableClassifier"/>.</summary>
public readonly record struct RuleChange
{
    private RuleChange(RuleChangeKind kind, RankedRule rule) => (Kind, Rule) = (kind, rule);

    /// <summary>What is done.</summary>
    public RuleChangeKind Kind { get; }

    /// <summary>The rule; of a deletion, only the id counts.</summary>
    public RankedRule Rule { get; }

    /// <summary>Installs a rule.</summary>
    /// <param name="rule">The rule; its id is not in use.</param>
    public static RuleChange Add(RankedRule rule) => new(RuleChangeKind.Add, rule);

    /// <summary>Removes a rule.</summary>
    /// <param name="id">Its id, in use.</param>
    public static RuleChange Delete(int id) => new(RuleChangeKind.Delete, new RankedRule(id, 0, default));

    /// <summary>Replaces a rule or moves it in the priority order.</summary>
    /// <param name="rule">What the id stands for from now on.</param>
    public static RuleChange Replace(RankedRule rule) => new(RuleChangeKind.Replace, rule);
}
