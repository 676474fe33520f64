namespace NetworkingSfc.Classifier.Linear;

/// <summary>The plainly right classifier: tries the rules in order. It is the oracle of all others.</summary>
public sealed class LinearClassifier : IFlowClassifier
{
    private readonly RuleSet _rules;

    /// <summary>Makes a classifier.</summary>
    /// <param name="rules">Rules, best first.</param>
    public LinearClassifier(RuleSet rules) => _rules = rules;

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
        foreach ((int id, FlowRule rule) in _rules.Rules.AsSpan())
        {
            if (rule.Matches(key))
            {
                return id;
            }
        }

        return IFlowClassifier.NoMatch;
    }
}
