using System.Collections.Immutable;
using NetworkingSfc.Classifier.Memory;

namespace NetworkingSfc.Classifier.Linear;

/// <summary>One version of the rules of a <see cref="LinearClassifier"/>.</summary>
/// <param name="rules">Rules, best first.</param>
/// <param name="number">Number of the version.</param>
internal sealed class LinearVersion(ImmutableArray<RankedRule> rules, long number) : IFrozenClassifier
{
    /// <summary>Rules, best first.</summary>
    public ImmutableArray<RankedRule> Rules { get; } = rules;

    /// <summary>Number of the version.</summary>
    public long Number { get; } = number;

    /// <summary>Bytes of the rules.</summary>
    public long Bytes => (long)Rules.Length * RuleMemory.BytesPerRule;

    /// <inheritdoc/>
    public void Classify(FlowKeyBatch keys, Span<int> results)
    {
        for (int row = 0; row < keys.Count; row++)
        {
            results[row] = Find(keys[row]);
        }
    }

    private int Find(in FlowKey key)
    {
        foreach (RankedRule candidate in Rules.AsSpan())
        {
            if (candidate.Rule.Matches(key))
            {
                return candidate.Id;
            }
        }

        return IFlowClassifier.NoMatch;
    }
}
