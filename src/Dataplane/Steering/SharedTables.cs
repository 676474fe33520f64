using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.LoadBalancing;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Maglev tables and classifiers by what they were built from, so that a new snapshot builds only those that changed.
/// </summary>
internal sealed class SharedTables
{
    private readonly Dictionary<ImmutableArray<MaglevMember>, MaglevTable> _maglevTables = new(ByElements<MaglevMember>.Instance);
    private readonly Dictionary<ImmutableArray<FlowRule>, IFlowClassifier> _classifiers = new(ByElements<FlowRule>.Instance);

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
            _classifiers.TryAdd(RulesOf(previous.Definition.RuleTables[table]), previous.RuleTables[table].Classifier);
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
    public IFlowClassifier ClassifierFor(RuleTableDefinition table)
    {
        ImmutableArray<FlowRule> rules = RulesOf(table);
        if (!_classifiers.TryGetValue(rules, out IFlowClassifier? classifier))
        {
            try
            {
                classifier = ClassifierCatalog.Build(RuleSet.InOrder(rules)).Freeze();
            }
            catch (ArgumentException exception)
            {
                throw new SteeringDefinitionException($"No snapshot can be built: {exception.Message}", exception);
            }

            _classifiers.Add(rules, classifier);
        }

        return classifier;
    }

    private static ImmutableArray<MaglevMember> MembersOf(GroupDefinition group) =>
        [.. group.Members.Select(member => new MaglevMember(member.StableId, member.Weight))];

    private static ImmutableArray<FlowRule> RulesOf(RuleTableDefinition table) => [.. table.Rules.Select(rule => rule.Rule)];

    private sealed class ByElements<T> : IEqualityComparer<ImmutableArray<T>>
        where T : IEquatable<T>
    {
        public static readonly ByElements<T> Instance = new();

        private const int Samples = 16;

        public bool Equals(ImmutableArray<T> x, ImmutableArray<T> y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(ImmutableArray<T> array)
        {
            // A few elements tell tables apart well enough; equality looks at all of them, and a table may hold 100,000 rules.
            HashCode hash = default;
            hash.Add(array.Length);
            int step = Math.Max(1, array.Length / Samples);
            for (int i = 0; i < array.Length; i += step)
            {
                hash.Add(array[i]);
            }

            return hash.ToHashCode();
        }
    }
}
