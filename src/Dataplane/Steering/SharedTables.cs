using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Maglev tables and classifiers by what they were built from, so that a new snapshot builds only those that changed.
/// </summary>
internal sealed class SharedTables
{
    private readonly Dictionary<ImmutableArray<MaglevMember>, MaglevTable> _maglevTables = new(ByElements.Instance);
    private readonly Dictionary<RuleTableDefinition, IFrozenClassifier> _classifiers = new(ByRules.Instance);

    /// <summary>Offers the tables of a snapshot.</summary>
    /// <param name="previous">The snapshot, or null for none.</param>
    public SharedTables(SteeringSnapshot? previous)
    {
        if (previous is null)
        {
            return;
        }

        for (int group = 0; group < previous.MaglevTables.Length; group++)
        {
            _maglevTables.TryAdd(MembersOf(previous.Definition.Groups[group]), previous.MaglevTables[group]);
        }

        for (int table = 0; table < previous.RuleTables.Length; table++)
        {
            _classifiers.TryAdd(previous.Definition.RuleTables[table], previous.RuleTables[table].Classifier);
        }
    }

    /// <summary>The Maglev table for a group's members.</summary>
    /// <param name="group">The group.</param>
    public MaglevTable MaglevTableFor(GroupDefinition group)
    {
        ImmutableArray<MaglevMember> members = MembersOf(group);
        if (!_maglevTables.TryGetValue(members, out MaglevTable? table))
        {
            try
            {
                table = MaglevTableBuilder.Build(members.AsSpan());
            }
            catch (ArgumentException exception)
            {
                throw new SteeringDefinitionException($"No snapshot can be built: {exception.Message}", exception);
            }

            _maglevTables.Add(members, table);
        }

        return table;
    }

    /// <summary>The classifier for a table's rules.</summary>
    /// <param name="table">The rules.</param>
    public IFrozenClassifier ClassifierFor(RuleTableDefinition table)
    {
        if (!_classifiers.TryGetValue(table, out IFrozenClassifier? classifier))
        {
            try
            {
                classifier = ClassifierCatalog.Build(RuleSet.InOrder(table.Rules.Select(rule => rule.Rule))).Freeze();
            }
            catch (ArgumentException exception)
            {
                throw new SteeringDefinitionException($"No snapshot can be built: {exception.Message}", exception);
            }

            _classifiers.Add(table, classifier);
        }

        return classifier;
    }

    private static ImmutableArray<MaglevMember> MembersOf(GroupDefinition group) =>
        [.. group.Members.Select(member => new MaglevMember(member.StableId, member.Weight))];

    private sealed class ByElements : IEqualityComparer<ImmutableArray<MaglevMember>>
    {
        public static readonly ByElements Instance = new();

        public bool Equals(ImmutableArray<MaglevMember> x, ImmutableArray<MaglevMember> y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(ImmutableArray<MaglevMember> members)
        {
            HashCode hash = default;
            foreach (MaglevMember member in members)
            {
                hash.Add(member);
            }

            return hash.ToHashCode();
        }
    }

    /// <summary>Tables of the same rules, wherever their paths are. Rules are not copied to compare them: a table may hold 100,000.</summary>
    private sealed class ByRules : IEqualityComparer<RuleTableDefinition>
    {
        public static readonly ByRules Instance = new();

        private const int Samples = 16;

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
                if (!ReferenceEquals(x.Rules[i], y.Rules[i]) && x.Rules[i].Rule != y.Rules[i].Rule)
                {
                    return false;
                }
            }

            return true;
        }

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
}
