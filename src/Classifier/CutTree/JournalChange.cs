using System.Collections.Immutable;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>What one change means for a decision that was made before it.</summary>
/// <param name="Dimensions">Family of the added rule; null when none was added.</param>
/// <param name="Removed">Order of the rule that is gone, or <see cref="NodeLayout.NoOrder"/>.</param>
/// <param name="Added">Order of the rule that is new, or <see cref="NodeLayout.NoOrder"/>.</param>
/// <param name="Low">Lower ends of the new rule's ranges, by dimension.</param>
/// <param name="High">Upper ends.</param>
internal readonly record struct JournalChange(Dimensions? Dimensions, ulong Removed, ulong Added, ImmutableArray<uint> Low, ImmutableArray<uint> High)
{
    /// <summary>The change in the form in which caches look at it.</summary>
    /// <param name="change">The change.</param>
    /// <param name="removed">Order of the rule that had the id before, or <see cref="NodeLayout.NoOrder"/>.</param>
    public static JournalChange Of(in RuleChange change, ulong removed)
    {
        if (change.Kind == RuleChangeKind.Delete)
        {
            return new JournalChange(null, removed, NodeLayout.NoOrder, [], []);
        }

        FlowRule rule = change.Rule.Rule;
        Dimensions dimensions = rule.EtherType == Dimensions.Ipv4.EtherType ? Dimensions.Ipv4 : Dimensions.Ipv6;
        ImmutableArray<uint>.Builder low = ImmutableArray.CreateBuilder<uint>(dimensions.Count);
        ImmutableArray<uint>.Builder high = ImmutableArray.CreateBuilder<uint>(dimensions.Count);
        for (int dimension = 0; dimension < dimensions.Count; dimension++)
        {
            (uint least, uint largest) = dimensions.Range(rule, dimension);
            low.Add(least);
            high.Add(largest);
        }

        return new JournalChange(dimensions, removed, change.Rule.Order, low.MoveToImmutable(), high.MoveToImmutable());
    }
}
