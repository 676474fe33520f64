using System.Collections.Immutable;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>
/// Classifiers sorted by one of their prefixes. Prefixes overlap when one holds the other, so those that overlap a given
/// one are neighbours in this order: the run inside it, and for each shorter length one run of equals. No prefix is length 0.
/// </summary>
/// <param name="prefixOf">The prefix to sort by.</param>
/// <param name="entries">The classifiers.</param>
internal sealed class PrefixOrder(Func<FlowClassifier, IpPrefix?> prefixOf, ImmutableSortedSet<PrefixOrder.Entry> entries)
{
    /// <summary>An order without classifiers.</summary>
    public static PrefixOrder By(Func<FlowClassifier, IpPrefix?> prefixOf) => new(prefixOf, []);

    public PrefixOrder With(FlowClassifier classifier, long place) => new(prefixOf, entries.Add(EntryOf(classifier, place)));

    public PrefixOrder Without(FlowClassifier classifier, long place) => new(prefixOf, entries.Remove(EntryOf(classifier, place)));

    /// <summary>Runs of entries whose prefix overlaps that of a classifier.</summary>
    public List<Range> Overlapping(FlowClassifier classifier)
    {
        Entry own = EntryOf(classifier, long.MinValue);
        List<Range> runs = [];
        for (int length = 0; length < own.Length; length++)
        {
            UInt128 network = own.Network & MaskOf(own.Family, length);
            Add(runs, own with { Network = network, Length = length }, own with { Network = network, Length = length, Place = long.MaxValue });
        }

        UInt128 last = own.Network | ~MaskOf(own.Family, own.Length) & MaskOf(own.Family, BitsOf(own.Family));
        Add(runs, own, new Entry(own.Family, last, BitsOf(own.Family), long.MaxValue, Guid.Empty));
        return runs;
    }

    /// <summary>The entry at a position.</summary>
    public Entry this[int position] => entries[position];

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
        int position = entries.IndexOf(entry);
        return position >= 0 ? position : ~position;
    }

    private Entry EntryOf(FlowClassifier classifier, long place) => prefixOf(classifier) is { } prefix
        ? new Entry(prefix.Family, prefix.Network, prefix.Length, place, classifier.Id)
        : new Entry(classifier.Ethertype, UInt128.Zero, 0, place, classifier.Id);

    private static int BitsOf(IpFamily family) => new IpAddressValue(family, UInt128.Zero).BitCount;

    private static UInt128 MaskOf(IpFamily family, int length)
    {
        UInt128 all = family == IpFamily.IPv4 ? uint.MaxValue : UInt128.MaxValue;
        int hostBits = BitsOf(family) - length;
        return hostBits == 128 ? UInt128.Zero : all >> hostBits << hostBits;
    }

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
