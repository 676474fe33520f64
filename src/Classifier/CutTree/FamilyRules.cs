using System.Collections.Immutable;
using NetworkingSfc.Classifier.Memory;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// The rules of one family, as their writer holds them: a few trees, each with the rules that the one before passed on,
/// and a short list of rules too wide for any.
/// </summary>
internal sealed class FamilyRules : IDisposable
{
    // Trees are grown anew when this many times as many rules are in them as they were grown for.
    private const int GrowthBeforeRebuild = 2;

    // Changes since, one in this many rules, that are worth growing all trees anew for the sake of the wide list.
    private const int RebuildShare = 16;

    private readonly RuleStore _store;
    private readonly NodeArena _arena = new();
    private readonly TreeWriter _writer;
    private readonly TreeBalancer _balancer;
    private readonly Planter _planter;
    private readonly TreeEditor _editor;
    private readonly Journal _journal;
    private readonly List<TreeRoot> _trees = [];
    private readonly List<int> _wide = [];
    private uint _wideStart;
    private int _wideWritten;
    private bool _wideChanged;
    private FamilyView? _view;
    private int _grownFor;
    private int _changes;

    /// <summary>Makes the rules of a family, none at first.</summary>
    /// <param name="dimensions">The family.</param>
    public FamilyRules(Dimensions dimensions)
    {
        _store = new RuleStore(dimensions);
        _writer = new TreeWriter(_store, _arena);
        TreeGrower grower = new(_store);
        _planter = new Planter(_store, grower);
        _balancer = new TreeBalancer(_store, _writer, grower);
        _editor = new TreeEditor(_store, _writer, grower, _balancer);
        _journal = new Journal(_writer, dimensions.AddressWords);
    }

    /// <summary>Bytes that the newest version looks into.</summary>
    public long Bytes => _arena.LiveBytes;

    /// <summary>Bytes taken from the system.</summary>
    public long ReservedBytes => _arena.Region.Bytes;

    /// <summary>Rules installed.</summary>
    public int Count => _store.Count;

    /// <summary>True when a rule with this id is installed.</summary>
    public bool Contains(int id) => _store.SlotOf(id) >= 0;

    /// <summary>Starts a version: what it no longer needs is kept until no reader is on an older one.</summary>
    /// <param name="version">Its number.</param>
    public void Begin(long version) => _writer.Version = version;

    /// <summary>Stores a rule that <see cref="Rebuild"/> will place.</summary>
    /// <param name="rule">A rule of this family whose id is not installed.</param>
    public void Store(in RankedRule rule)
    {
        _store.Add(rule);
        _journal.Restart();
    }

    /// <summary>Forgets a rule that <see cref="Rebuild"/> will no longer find.</summary>
    /// <param name="id">An installed id.</param>
    public void Forget(int id)
    {
        _store.Remove(_store.SlotOf(id));
        _journal.Restart();
    }

    /// <summary>Adds a rule.</summary>
    /// <param name="rule">A rule of this family whose id is not installed.</param>
    public void Add(in RankedRule rule)
    {
        int slot = _store.Add(rule);
        _journal.Note(slot);
        _changes++;
        _view = null;
        for (int tree = 0; tree < _trees.Count; tree++)
        {
            if (_editor.Accepts(_trees[tree], slot))
            {
                _trees[tree] = _editor.Insert(_trees[tree], slot);
                _store.PlaceOf(slot) = (sbyte)tree;
                return;
            }
        }

        _store.PlaceOf(slot) = RuleStore.WideList;
        int place = _wide.FindIndex(other => _store.OrderOf(other) > _store.OrderOf(slot));
        _wide.Insert(place < 0 ? _wide.Count : place, slot);
        _wideChanged = true;
    }

    /// <summary>Takes a rule out.</summary>
    /// <param name="id">An installed id.</param>
    public void Delete(int id)
    {
        int slot = _store.SlotOf(id);
        _journal.Note(slot);
        _changes++;
        _view = null;
        int place = _store.PlaceOf(slot);
        if (place == RuleStore.WideList)
        {
            _wide.Remove(slot);
            _wideChanged = true;
        }
        else
        {
            _trees[place] = _editor.Delete(_trees[place], slot);
        }

        _store.Remove(slot);
    }

    /// <summary>Ends a version: brings wide rules and trees back within their bounds.</summary>
    public FamilyView Finish()
    {
        if (_view is not null)
        {
            return _view;
        }

        if (_store.Count > (_grownFor * GrowthBeforeRebuild) + Planter.MostWide)
        {
            Rebuild();
        }
        else if (_wide.Count > Planter.MostWide)
        {
            ShortenWide();
        }

        if (_wideChanged)
        {
            _writer.RetireWide(_wideStart, _wideWritten);
            _wideStart = _writer.WriteWide([.. _wide]);
            _wideWritten = _wide.Count;
            _wideChanged = false;
        }

        return _view = new(_store.Dimensions, _arena.Region, _arena.LiveBytes, [.. _trees], _wideStart, _wide.Count, _journal.View);
    }

    /// <summary>Grows all trees anew from all stored rules.</summary>
    public void Rebuild()
    {
        foreach (TreeRoot tree in _trees)
        {
            _balancer.RetireAll(tree.Reference, tree);
        }

        _trees.Clear();
        _wide.Clear();
        _grownFor = _store.Count;
        _view = null;
        _changes = 0;
        Plant(_store.SlotsByOrder());
    }

    /// <summary>What a key of this family costs to look up in the newest version.</summary>
    /// <param name="key">The key.</param>
    public LookupEffort EffortOf(FlowKey key) => _trees.Aggregate(
        new LookupEffort(0, 0, _wide.Count), (sum, tree) => sum + LookupEffort.InTree(_writer, tree, key, _store.Dimensions));

    /// <summary>Frees what no reader of this version or a later one looks into.</summary>
    /// <param name="oldest">Oldest version in use.</param>
    public void Reclaim(long oldest) => _arena.Reclaim(oldest);

    /// <summary>Frees the memory: nobody may be looking at any version any more.</summary>
    public void Dispose() => _arena.Dispose();

    // One more tree for the wide rules, or, when there are as many as there may be, all trees anew: but not for each
    // few rules, so the list may outgrow its bound for a while.
    private void ShortenWide()
    {
        if (_trees.Count < NodeLayout.MostTrees)
        {
            int[] slots = [.. _wide];
            _wide.Clear();
            Plant(slots);
        }
        else if (_changes * RebuildShare > _store.Count)
        {
            Rebuild();
        }
    }

    private void Plant(int[] slots)
    {
        Planting planting = _planter.Plant(slots, NodeLayout.MostTrees - _trees.Count);
        foreach ((CutNode tree, int[] grownOver) in planting.Trees)
        {
            // What was passed on gets its place from a later tree or the wide list.
            foreach (int slot in grownOver)
            {
                _store.PlaceOf(slot) = (sbyte)_trees.Count;
            }

            TreeSteps steps = TreeSteps.Of(tree);
            _trees.Add(new TreeRoot(
                _writer.Write(tree), tree.Cut?.TableBits ?? 0, tree.Cut?.Dimension ?? 0, steps.Rounds, steps.IsUneven, tree.HasChain,
                TreeBalancer.Limit(grownOver.Length, steps.Deepest)));
        }

        foreach (int slot in planting.Wide)
        {
            _store.PlaceOf(slot) = RuleStore.WideList;
        }

        _wide.AddRange(planting.Wide);
        _wideChanged = true;
    }
}
