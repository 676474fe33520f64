using System.Collections.Concurrent;
using NetworkingSfc.Classifier.Simd;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// The fast classifier: a few trees that cut the key space by the rules' own ends, with leaves of four rules that one
/// vector compares at once. The README of this folder explains it.
/// </summary>
public sealed class CutForest : IUpdatableClassifier
{
    // From one change in this many rules on, growing the trees anew is cheaper than changing them.
    private const int BulkShare = 8;

    private const int LeastCache = 64;

    private readonly FamilyRules _ipv4 = new(Dimensions.Ipv4);
    private readonly FamilyRules _ipv6 = new(Dimensions.Ipv6);
    private readonly ConcurrentDictionary<ForestReader, bool> _readers = new();
    private readonly List<WeakReference<ForestVersion>> _frozen = [];
    private ForestVersion _current;

    /// <summary>Makes a classifier.</summary>
    /// <param name="rules">Rules installed in version 0.</param>
    /// <param name="lookup">How keys are looked up.</param>
    internal CutForest(RuleSet rules, ForestLookup lookup)
    {
        foreach (ref readonly RankedRule rule in rules.Rules.AsSpan())
        {
            Family(rule.Rule).Store(rule);
        }

        _ipv4.Rebuild();
        _ipv6.Rebuild();
        _current = new ForestVersion(0, _ipv4.Finish(), _ipv6.Finish(), lookup);
    }

    /// <inheritdoc/>
    public int Count => _ipv4.Count + _ipv6.Count;

    /// <inheritdoc/>
    public long Version => Current.Number;

    /// <inheritdoc/>
    public long Bytes => _ipv4.Bytes + _ipv6.Bytes;

    /// <summary>Bytes taken from the system for the newest version and what waits for readers of older ones.</summary>
    internal long ReservedBytes => _ipv4.ReservedBytes + _ipv6.ReservedBytes;

    /// <summary>The newest version.</summary>
    internal ForestVersion Current => Volatile.Read(ref _current);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<RuleChange> changes)
    {
        Check(changes);
        ForestVersion before = Current;
        long number = before.Number + 1;
        _ipv4.Begin(number);
        _ipv6.Begin(number);
        if (changes.Length * BulkShare > Count)
        {
            ApplyInBulk(changes);
        }
        else
        {
            foreach (ref readonly RuleChange change in changes)
            {
                ApplyOne(change);
            }
        }

        Volatile.Write(ref _current, new ForestVersion(number, _ipv4.Finish(), _ipv6.Finish(), before.Lookup));
        Reclaim(number);
    }

    /// <inheritdoc/>
    public IClassifierReader OpenReader(int cacheEntries = 0)
    {
        if (cacheEntries != 0 && (cacheEntries < LeastCache || !int.IsPow2(cacheEntries)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(cacheEntries), cacheEntries, $"A cache has a power of two of entries, {LeastCache} or more, or 0 for none.");
        }

        ForestReader reader = new(this, cacheEntries == 0 ? null : new DecisionCache(cacheEntries));
        _readers.TryAdd(reader, true);
        return reader;
    }

    /// <inheritdoc/>
    public IFrozenClassifier Freeze()
    {
        ForestVersion version = Current;
        _frozen.Add(new WeakReference<ForestVersion>(version));
        return version;
    }

    /// <summary>Frees the memory. No reader and no frozen version may be used any more.</summary>
    public void Dispose()
    {
        _ipv4.Dispose();
        _ipv6.Dispose();
    }

    /// <summary>What a key costs to look up in the newest version.</summary>
    /// <param name="key">The key.</param>
    internal LookupEffort EffortOf(in FlowKey key) => key.EtherType switch
    {
        AddressPrefix.Ipv4EtherType => _ipv4.EffortOf(key),
        AddressPrefix.Ipv6EtherType => _ipv6.EffortOf(key),
        _ => default,
    };

    /// <summary>Takes a reader off the list.</summary>
    /// <param name="reader">The reader.</param>
    internal void Close(ForestReader reader) => _readers.TryRemove(reader, out _);

    private void ApplyInBulk(ReadOnlySpan<RuleChange> changes)
    {
        foreach (ref readonly RuleChange change in changes)
        {
            int id = change.Rule.Id;
            if (change.Kind != RuleChangeKind.Add)
            {
                (_ipv4.Contains(id) ? _ipv4 : _ipv6).Forget(id);
            }

            if (change.Kind != RuleChangeKind.Delete)
            {
                Family(change.Rule.Rule).Store(change.Rule);
            }
        }

        _ipv4.Rebuild();
        _ipv6.Rebuild();
    }

    private void ApplyOne(in RuleChange change)
    {
        int id = change.Rule.Id;
        if (change.Kind != RuleChangeKind.Add)
        {
            (_ipv4.Contains(id) ? _ipv4 : _ipv6).Delete(id);
        }

        if (change.Kind != RuleChangeKind.Delete)
        {
            Family(change.Rule.Rule).Add(change.Rule);
        }
    }

    private FamilyRules Family(in FlowRule rule) => rule.EtherType == AddressPrefix.Ipv4EtherType ? _ipv4 : _ipv6;

    // All of them before the first is made, so that a refused call has changed nothing.
    private void Check(ReadOnlySpan<RuleChange> changes)
    {
        Dictionary<int, bool> touched = new(changes.Length > 1 ? changes.Length : 0);
        foreach (ref readonly RuleChange change in changes)
        {
            int id = change.Rule.Id;
            bool installed = touched.TryGetValue(id, out bool now) ? now : _ipv4.Contains(id) || _ipv6.Contains(id);
            if (change.Kind == RuleChangeKind.Add == installed)
            {
                throw new ArgumentException($"Rule id {id} is {(installed ? "in use already" : "not in use")}.");
            }

            if (change.Kind != RuleChangeKind.Delete)
            {
                RuleSet.Check(change.Rule);
            }

            if (changes.Length > 1)
            {
                touched[id] = change.Kind != RuleChangeKind.Delete;
            }
        }
    }

    private void Reclaim(long newest)
    {
        // Readers that come from now on see the new version; the barrier keeps its store before these loads.
        Thread.MemoryBarrier();
        long oldest = newest;
        foreach (KeyValuePair<ForestReader, bool> entry in _readers)
        {
            oldest = Math.Min(oldest, entry.Key.Active);
        }

        _frozen.RemoveAll(entry => !entry.TryGetTarget(out _));
        foreach (WeakReference<ForestVersion> entry in _frozen)
        {
            oldest = entry.TryGetTarget(out ForestVersion? version) ? Math.Min(oldest, version.Number) : oldest;
        }

        _ipv4.Reclaim(oldest);
        _ipv6.Reclaim(oldest);
    }
}
