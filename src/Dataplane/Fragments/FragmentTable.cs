using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Fragments;

/// <summary>
/// The first fragments a worker has seen lately. 4,096 entries, allocated once. A datagram keeps its place for two seconds
/// after its last fragment; only then may another take it, so a flood cannot push out what is under way.
/// </summary>
/// <remarks>
/// Every datagram has two sets of eight places and goes to the one with more room, so a search looks at sixteen places and
/// sets hardly fill before the table does (Azar, Broder, Karlin, Upfal, "Balanced allocations", 1994).
/// </remarks>
internal sealed class FragmentTable
{
    /// <summary>How long a first fragment is remembered after the last fragment of its datagram, in nanoseconds.</summary>
    public const long LifetimeNanoseconds = 2_000_000_000;

    /// <summary>Most datagrams at once.</summary>
    public const int Capacity = Sets * Ways;

    private const int Sets = 512;
    private const int Ways = 8;
    private const int None = -1;

    // The second set comes from the other half of the hash.
    private const int SecondSetShift = 32;

    private readonly Entry[] _entries = new Entry[Capacity];

    /// <summary>Remembers a first fragment.</summary>
    /// <param name="key">Its datagram.</param>
    /// <param name="first">What it says.</param>
    /// <param name="now">The time, never less than at the call before.</param>
    /// <param name="seed">The snapshot's seed.</param>
    public FragmentRecord Remember(in FragmentKey key, in FirstFragment first, long now, ulong seed)
    {
        (int one, int other) = SetsOf(key, seed);
        int place = Find(key, one, other, now);
        if (place != None)
        {
            ref Entry entry = ref _entries[place];
            if (entry.First != first)
            {
                return FragmentRecord.Conflicting;
            }

            entry.ForgottenAt = now + LifetimeNanoseconds;
            return FragmentRecord.Remembered;
        }

        (int freeInOne, int takenInOne) = RoomIn(one, now);
        (int freeInOther, int takenInOther) = RoomIn(other, now);
        place = takenInOther < takenInOne ? freeInOther : freeInOne;
        if (place == None)
        {
            return FragmentRecord.Full;
        }

        _entries[place] = new Entry { Key = key, First = first, ForgottenAt = now + LifetimeNanoseconds };
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
        (int one, int other) = SetsOf(key, seed);
        int place = Find(key, one, other, now);
        if (place == None)
        {
            first = default;
            return false;
        }

        ref Entry entry = ref _entries[place];
        entry.ForgottenAt = now + LifetimeNanoseconds;
        first = entry.First;
        return true;
    }

    private static (int One, int Other) SetsOf(in FragmentKey key, ulong seed)
    {
        ulong hash = key.Hash(seed);
        return ((int)(hash % Sets) * Ways, (int)((hash >> SecondSetShift) % Sets) * Ways);
    }

    private int Find(in FragmentKey key, int one, int other, long now)
    {
        int place = FindIn(key, one, now);
        return place != None ? place : FindIn(key, other, now);
    }

    private int FindIn(in FragmentKey key, int set, long now)
    {
        for (int place = set; place < set + Ways; place++)
        {
            PacketWork.TableEntry();
            ref readonly Entry entry = ref _entries[place];
            if (entry.ForgottenAt > now && entry.Key == key)
            {
                return place;
            }
        }

        return None;
    }

    private (int Free, int Taken) RoomIn(int set, long now)
    {
        int free = None;
        int taken = 0;
        for (int place = set; place < set + Ways; place++)
        {
            PacketWork.TableEntry();
            if (_entries[place].ForgottenAt > now)
            {
                taken++;
            }
            else
            {
                free = place;
            }
        }

        return (free, taken);
    }

    private struct Entry
    {
        public FragmentKey Key;
        public FirstFragment First;
        public long ForgottenAt;
    }
}
