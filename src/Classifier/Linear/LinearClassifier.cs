using System.Collections.Immutable;

namespace NetworkingSfc.Classifier.Linear;

/// <summary>The plainly right classifier: tries the rules in order. It is the oracle of all others.</summary>
public sealed class LinearClassifier : IUpdatableClassifier
{
    private LinearVersion _current;

    /// <summary>Makes a classifier.</summary>
    /// <param name="rules">Rules, best first.</param>
    public LinearClassifier(RuleSet rules) => _current = new LinearVersion(rules.Rules, 0);

    /// <inheritdoc/>
    public int Count => Current.Rules.Length;

    /// <inheritdoc/>
    public long Version => Current.Number;

    /// <inheritdoc/>
    public long Bytes => Current.Bytes;

    internal LinearVersion Current => Volatile.Read(ref _current);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<RuleChange> changes)
    {
        ImmutableArray<RankedRule>.Builder rules = Current.Rules.ToBuilder();
        foreach (RuleChange change in changes)
        {
            ApplyOne(rules, change);
        }

        Volatile.Write(ref _current, new LinearVersion(rules.ToImmutable(), Version + 1));
    }

    /// <summary>A reader; this classifier is never fast, so it remembers no decisions.</summary>
    /// <param name="cacheEntries">Ignored.</param>
    public IClassifierReader OpenReader(int cacheEntries = 0) => new LinearReader(this);

    /// <inheritdoc/>
    public IFrozenClassifier Freeze() => Current;

    /// <summary>Does nothing: all memory is the collector's.</summary>
    public void Dispose()
    {
    }

    private static void ApplyOne(ImmutableArray<RankedRule>.Builder rules, in RuleChange change)
    {
        int id = change.Rule.Id;
        int installed = -1;
        for (int i = 0; i < rules.Count && installed < 0; i++)
        {
            installed = rules[i].Id == id ? i : -1;
        }

        if (change.Kind == RuleChangeKind.Add ? installed >= 0 : installed < 0)
        {
            throw new ArgumentException($"Rule id {id} is {(installed < 0 ? "not in use" : "in use already")}.");
        }

        if (installed >= 0)
        {
            rules.RemoveAt(installed);
        }

        if (change.Kind != RuleChangeKind.Delete)
        {
            RuleSet.Check(change.Rule);
            int place = 0;
            while (place < rules.Count && rules[place].Order < change.Rule.Order)
            {
                place++;
            }

            rules.Insert(place, change.Rule);
        }
    }
}
