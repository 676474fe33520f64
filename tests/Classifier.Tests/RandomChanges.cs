namespace NetworkingSfc.Classifier.Tests;

/// <summary>Endless changes that fit together: ids from all there are, ranks that often tie.</summary>
/// <param name="random">Chance.</param>
/// <param name="universe">Where rules come from.</param>
/// <param name="about">How many rules are installed in the long run.</param>
internal sealed class RandomChanges(Random random, SmallUniverse universe, int about)
{
    private readonly List<int> _installed = [];
    private readonly HashSet<int> _used = [];

    /// <summary>Rules to begin with.</summary>
    public RuleSet Start(int count)
    {
        RankedRule[] rules = [.. Enumerable.Range(0, count).Select(_ => Ranked(NewId()))];
        _installed.AddRange(rules.Select(rule => rule.Id));
        return new RuleSet(rules);
    }

    /// <summary>The next changes, each possible after those before it.</summary>
    public RuleChange[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private RuleChange Next()
    {
        if (_installed.Count == 0 || random.Next(3 * about) > _installed.Count + about)
        {
            _installed.Add(NewId());
            return RuleChange.Add(Ranked(_installed[^1]));
        }

        int place = random.Next(_installed.Count);
        int id = _installed[place];
        if (random.Next(3) == 0)
        {
            return RuleChange.Replace(Ranked(id));
        }

        _installed.RemoveAt(place);
        _used.Remove(id);
        return RuleChange.Delete(id);
    }

    private int NewId()
    {
        int id;
        do
        {
            id = random.Next(4) switch
            {
                0 => int.MaxValue - random.Next(about),
                1 => random.Next(about),
                _ => random.Next(),
            };
        }
        while (!_used.Add(id));
        return id;
    }

    private RankedRule Ranked(int id) => new(
        id,
        random.Next(4) switch
        {
            0 => uint.MaxValue - (uint)random.Next(2),
            1 => (uint)random.NextInt64(1L << 32),
            _ => (uint)random.Next(8),
        },
        universe.Rule());
}
