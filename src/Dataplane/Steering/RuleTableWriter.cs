using System.Collections.Immutable;
using NetworkingSfc.Classifier;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Takes one rule table from snapshot to snapshot: its classifier is changed where its rules are, because building it for 10,000
/// rules takes 20 ms and more. What changed is found by comparing with the rules that the writer itself holds, never with a
/// snapshot: so it does not matter whether the snapshots in between were published, lost or branched off.
/// </summary>
internal sealed class RuleTableWriter
{
    // From one difference in this many rules on, building anew is as quick.
    private const int AnewShare = 4;

    // Never disposed: snapshots look into its memory, which goes with the last of them.
    private readonly IUpdatableClassifier _classifier;
    private readonly Stack<int> _freeIds = new();
    private int[] _ids;
    private uint[] _ranks;

    /// <summary>Builds a classifier for a table.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="ArgumentException">A rule is impossible.</exception>
    public RuleTableWriter(RuleTableDefinition table)
    {
        Table = table;
        IdLimit = table.Rules.Length;
        _ids = [.. Enumerable.Range(0, IdLimit)];
        _ranks = new uint[IdLimit];
        RuleRanks.TrySpread(RuleRanks.BeforeAll, RuleRanks.BehindAll, _ranks);
        _classifier = ClassifierCatalog.Build(new RuleSet(_ids.Select(Ranked)));
        Newest = _classifier.Freeze();
    }

    /// <summary>The table that <see cref="Newest"/> stands for.</summary>
    public RuleTableDefinition Table { get; private set; }

    /// <summary>The classifier for the table, unchanged by later calls.</summary>
    public IFrozenClassifier Newest { get; private set; }

    /// <summary>What the classifier answers for each rule of the table, in the table's order. Rules that stay keep theirs.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Ids in use are below this.</summary>
    public int IdLimit { get; private set; }

    /// <summary>Changes the classifier to that for another table. When this throws, the writer is not to be used again.</summary>
    /// <param name="next">The other table.</param>
    /// <returns>False when too much differs or ranks are used up; nothing is changed then.</returns>
    /// <exception cref="ArgumentException">A rule is impossible.</exception>
    public bool TryFollow(RuleTableDefinition next)
    {
        int[] origins = ListAlignment.Origins(Table.Rules.AsSpan(), next.Rules.AsSpan(), SameRules.Instance);
        int added = origins.Count(origin => origin == ListAlignment.New);
        int deleted = Table.Rules.Length - (origins.Length - added);
        if ((added + deleted) * AnewShare > next.Rules.Length || !TryRank(origins, out uint[] ranks))
        {
            return false;
        }

        List<RuleChange> changes = new(added + deleted);
        Delete(origins, changes);
        int[] ids = Array.ConvertAll(origins, origin => origin == ListAlignment.New ? TakeId() : _ids[origin]);
        (Table, _ids, _ranks) = (next, ids, ranks);
        for (int place = 0; place < origins.Length; place++)
        {
            if (origins[place] == ListAlignment.New)
            {
                changes.Add(RuleChange.Add(Ranked(place)));
            }
        }

        _classifier.Apply([.. changes]);
        Newest = _classifier.Freeze();
        return true;
    }

    private RankedRule Ranked(int place) => new(_ids[place], _ranks[place], Table.Rules[place].Rule);

    private bool TryRank(int[] origins, out uint[] ranks)
    {
        ranks = new uint[origins.Length];
        int start = 0;
        while (start < origins.Length)
        {
            if (origins[start] != ListAlignment.New)
            {
                ranks[start] = _ranks[origins[start]];
                start++;
                continue;
            }

            int end = start;
            while (end < origins.Length && origins[end] == ListAlignment.New)
            {
                end++;
            }

            long before = start == 0 ? RuleRanks.BeforeAll : ranks[start - 1];
            long behind = end == origins.Length ? RuleRanks.BehindAll : _ranks[origins[end]];
            if (!RuleRanks.TrySpread(before, behind, ranks.AsSpan(start..end)))
            {
                return false;
            }

            start = end;
        }

        return true;
    }

    private void Delete(int[] origins, List<RuleChange> changes)
    {
        int place = 0;
        foreach (int origin in origins.Where(origin => origin != ListAlignment.New).Append(_ids.Length))
        {
            for (; place < origin; place++)
            {
                changes.Add(RuleChange.Delete(_ids[place]));
                _freeIds.Push(_ids[place]);
            }

            place = origin + 1;
        }
    }

    private int TakeId() => _freeIds.TryPop(out int id) ? id : IdLimit++;
}
