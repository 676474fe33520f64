namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>
/// The first fragments a worker has seen lately. 4,096 entries in sets of four, allocated once. A datagram keeps its place
/// for two seconds after its last fragment; only then may another take it, so a flood cannot push out what is under way.
/// </summary>
internal sealed class FragmentTable
{
    /// <summary>How long a first fragment is remembered after the last fragment of its datagram, in nanoseconds.</summary>
    public const long LifetimeNanoseconds = 2_000_000_000;

    /// <summary>Most datagrams at once.</summary>
    public const int Capacity = Sets * Ways;

    private const int Sets = 1_024;
    private const int Ways = 4;

    private readonly Entry[] _entries = new Entry[Capacity];

    /// <summary>Remembers a first fragment.</summary>
    /// <param name="key">Its datagram.</param>
    /// <param name="first">What it says.</param>
    /// <param name="now">The time, never less than at the call before.</param>
    /// <param name="seed">The snapshot's seed.</param>
    public FragmentRecord Remember(in FragmentKey key, in FirstFragment first, long now, ulong seed)
    {
        Span<Entry> set = SetOf(key, seed);
        int free = -1;
        for (int way = 0; way < Ways; way++)
        {
            ref Entry entry = ref set[way];
            if (entry.ForgottenAt <= now)
            {
                free = way;
            }
            else if (entry.Key == key)
            {
                if (entry.First != first)
                {
                    return FragmentRecord.Conflicting;
                }

                entry.ForgottenAt = now + LifetimeNanoseconds;
                return FragmentRecord.Remembered;
            }
        }

        if (free < 0)
        {
            return FragmentRecord.Full;
        }

        set[free] = new Entry { Key = key, First = first, ForgottenAt = now + LifetimeNanoseconds };
        return FragmentRecord.Remembered;
    }

    /// <summary>Finds what the first fragment of a datagram said.</summary>
    /// <param name="key">The datagram.</param>
    /// <param name="now">The time, never less than at the call before.</param>
    /// <param name="seed">The snapshot's seed.</param>
    /// <param name="first">What it said.</param>
    /// <returns>False when it was not seen, or too long ago.</returns>
    public bool TryFollow(in FragmentKey key, long now, ulong seed, out FirstFragment first)
    {
        foreach (ref Entry entry in SetOf(key, seed))
        {
            if (entry.ForgottenAt > now && entry.Key == key)
            {
                entry.ForgottenAt = now + LifetimeNanoseconds;
                first = entry.First;
                return true;
            }
        }

        first = default;
        return false;
    }

    private Span<Entry> SetOf(in FragmentKey key, ulong seed) =>
        _entries.AsSpan((int)(key.Hash(seed) % Sets) * Ways, Ways);

    private struct Entry
    {
        public FragmentKey Key;
        public FirstFragment First;
        public long ForgottenAt;
    }
}
