using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>
/// Classifiers sorted by one of their prefixes. Prefixes overlap when one holds the other, so those that overlap a given
/// one are neighbours in this order: the run inside it, and for each shorter length one run of equals. No prefix is length 0.
/// </summary>
/// <remarks>Few of the 129 lengths are in use at a time, and only those are looked for.</remarks>
internal sealed class PrefixOrder
{
    private readonly Func<FlowClassifier, IpPrefix?> _prefixOf;
    private readonly ImmutableSortedSet<Entry> _entries;
    private readonly ImmutableArray<UsedLength> _lengths;

    private PrefixOrder(
        Func<FlowClassifier, IpPrefix?> prefixOf, ImmutableSortedSet<Entry> entries, ImmutableArray<UsedLength> lengths)
    {
        _prefixOf = prefixOf;
        _entries = entries;
        _lengths = lengths;
    }

    /// <summary>An order without classifiers.</summary>
    /// <param name="prefixOf">The prefix to sort by.</param>
    public static PrefixOrder By(Func<FlowClassifier, IpPrefix?> prefixOf) =>
        new(prefixOf, [], []);

    public PrefixOrder With(FlowClassifier classifier, long place)
    {
        Entry entry = EntryOf(classifier, place);
        int used = IndexOf(entry);
        return new PrefixOrder(_prefixOf, _entries.Add(entry), used < 0
            ? _lengths.Add(new UsedLength(entry.Family, entry.Length, Entries: 1))
            : _lengths.SetItem(used, _lengths[used] with { Entries = _lengths[used].Entries + 1 }));
    }

    public PrefixOrder Without(FlowClassifier classifier, long place)
    {
        Entry entry = EntryOf(classifier, place);
        int used = IndexOf(entry);
        return new PrefixOrder(_prefixOf, _entries.Remove(entry), _lengths[used].Entries == 1
            ? _lengths.RemoveAt(used)
            : _lengths.SetItem(used, _lengths[used] with { Entries = _lengths[used].Entries - 1 }));
    }

    /// <summary>Runs of entries whose prefix overlaps that of a classifier.</summary>
    public List<Range> Overlapping(FlowClassifier classifier)
    {
        Entry own = EntryOf(classifier, long.MinValue);
        List<Range> runs = [];
        foreach ((IpFamily family, int length, _) in _lengths)
        {
            if (family == own.Family && length < own.Length)
            {
                UInt128 network = own.Network & MaskOf(own.Family, length);
                Add(runs, own with { Network = network, Length = length }, own with { Network = network, Length = length, Place = long.MaxValue });
            }
        }

        UInt128 last = own.Network | ~MaskOf(own.Family, own.Length) & MaskOf(own.Family, BitsOf(own.Family));
        Add(runs, own, new Entry(own.Family, last, BitsOf(own.Family), long.MaxValue, Guid.Empty));
        return runs;
    }

    /// <summary>The entry at a position.</summary>
    public Entry this[int position] => _entries[position];

    private void Add(List<Range> runs, Entry first, Entry last)
    {
        int start = Position(first);
        int end = Position(last);
        if (end > start)
        {
            runs.Add(start..end);
        }
    }

    /// <summary>Where an entry is, or would be.</summary>
    private int Position(Entry entry)
    {
        int position = _entries.IndexOf(entry);
        return position >= 0 ? position : ~position;
    }

    private int IndexOf(Entry entry)
    {
        for (int index = 0; index < _lengths.Length; index++)
        {
            if (_lengths[index].Length == entry.Length && _lengths[index].Family == entry.Family)
            {
                return index;
            }
        }

        return -1;
    }

    private Entry EntryOf(FlowClassifier classifier, long place) => _prefixOf(classifier) is { } prefix
        ? new Entry(prefix.Family, prefix.Network, prefix.Length, place, classifier.Id)
        : new Entry(classifier.Ethertype, UInt128.Zero, 0, place, classifier.Id);

    private static int BitsOf(IpFamily family) => new IpAddressValue(family, UInt128.Zero).BitCount;

    private static UInt128 MaskOf(IpFamily family, int length)
    {
        UInt128 all = family == IpFamily.IPv4 ? uint.MaxValue : UInt128.MaxValue;
        int hostBits = BitsOf(family) - length;
        return hostBits == 128 ? UInt128.Zero : all >> hostBits << hostBits;
    }

    /// <summary>A prefix length and how many entries have it.</summary>
    private readonly record struct UsedLength(IpFamily Family, int Length, int Entries);

    /// <summary>One classifier in the order.</summary>
    internal readonly record struct Entry(IpFamily Family, UInt128 Network, int Length, long Place, Guid Id) : IComparable<Entry>
    {
        /// <inheritdoc/>
        public int CompareTo(Entry other)
        {
            int order = Family.CompareTo(other.Family);
            order = order != 0 ? order : Network.CompareTo(other.Network);
            order = order != 0 ? order : Length.CompareTo(other.Length);
            return order != 0 ? order : Place.CompareTo(other.Place);
        }
    }
}
