using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// Decisions of one reader, by the whole key. One table of buckets with two entries: packets make no tables, masks or
/// longer searches, and with a secret hash they cannot aim at a bucket. A change of the rules empties nothing: an entry
/// carries the version it was last checked by, and is checked against the changes since when it is next met.
/// </summary>
/// <remarks>
/// When few keys are met again, few are put in, so that those that are stay, and most batches go past the cache, so that
/// a flood of new keys costs next to nothing. Putting few in is what the exact-match cache of Open vSwitch does.
/// <code>
/// entry, 64-bit words   address pairs (1 or 4) | ports and protocol | order | version
/// </code>
/// </remarks>
internal sealed unsafe class DecisionCache : IDisposable
{
    private const int Ways = 2;
    private const int Window = 4096;
    private const int Rows = NodeLayout.Rows;

    // Below one hit in two, a key is put in once in this many times.
    private const int RarePart = 4;

    // Below three hits in four, the trees alone are quicker than cache and trees; one batch in this many finds out
    // whether that has changed.
    private const int PastPart = 8;

    private readonly DecisionTable _ipv4;
    private readonly DecisionTable _ipv6;
    private int _looked;
    private int _met;
    private int _batches;
    private int _missed;
    private int _putEvery = 1;
    private int _lookEvery = 1;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="entries">Entries of each family, a power of two from 64.</param>
    public DecisionCache(int entries)
    {
        _ipv4 = new DecisionTable(entries / Ways, 4);
        _ipv6 = new DecisionTable(entries / Ways, 8);
    }

    /// <summary>Bytes in use.</summary>
    public long Bytes => _ipv4.Bytes + _ipv6.Bytes;

    /// <summary>Keys answered.</summary>
    public long Hits { get; private set; }

    /// <summary>Says whether to look a batch up here first.</summary>
    public bool IsWorthwhile() => ++_batches % _lookEvery == 0;

    /// <summary>Answers what is remembered and still right.</summary>
    /// <param name="scratch">The keys. Gets the orders, also of the rows that are missing, and the list of those.</param>
    /// <param name="places">Where the rows belong, for <see cref="Put"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="journal">What changed up to the version to answer by.</param>
    /// <returns>How many rows are missing.</returns>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Look<TFamily, TLanes>(in Scratch scratch, ulong** places, int rows, in JournalView journal)
        where TFamily : struct, IFamily
        where TLanes : struct, ILanes
    {
        DecisionTable table = Table<TFamily>();
        table.Locate<TFamily>(scratch.Keys, places, rows);
        int pending = Compare<TFamily>(scratch, places, rows, (ulong)journal.Newest);
        int missing = pending == 0 ? 0 : CheckAgain<TFamily, TLanes>(scratch, places, rows, pending, journal);
        Learn(rows, missing);
        return missing;
    }

    /// <summary>Remembers a decision, or not.</summary>
    /// <param name="keys">Keys, in columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="place">Its place, from <see cref="Look"/>.</param>
    /// <param name="order">The decision.</param>
    /// <param name="journal">What changed up to the version that made it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Put<TFamily>(ulong* keys, nuint row, ulong* place, ulong order, in JournalView journal)
        where TFamily : struct, IFamily
    {
        // The place may be the second one of the bucket; buckets lie at multiples of their size.
        nuint bucketBytes = Ways * (nuint)Words<TFamily>() * sizeof(ulong);
        ulong* bucket = (ulong*)((nuint)place & ~(bucketBytes - 1));
        ulong* entry = EntryOf<TFamily>(keys, row, bucket, out ulong differs);
        if (differs != 0)
        {
            if (++_missed % _putEvery != 0)
            {
                return;
            }

            // Which of the two makes way is decided by nothing that a packet says.
            entry = bucket + (Words<TFamily>() * ((_missed / _putEvery) & 1));
        }

        for (int word = 0; word <= TFamily.PairWords; word++)
        {
            entry[word] = keys[((nuint)word * Rows) + row];
        }

        entry[TFamily.PairWords + 1] = order;
        entry[TFamily.PairWords + 2] = (ulong)journal.Newest;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _ipv4.Dispose();
        _ipv6.Dispose();
    }

    private static int Words<TFamily>()
        where TFamily : struct, IFamily => TFamily.PairWords == 1 ? 4 : 8;

    // The entry of a key, or the first of its bucket when both differ. No branch: which of the two it is, nobody can predict.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* EntryOf<TFamily>(ulong* keys, nuint row, ulong* first, out ulong differs)
        where TFamily : struct, IFamily
    {
        ulong* second = first + Words<TFamily>();
        ulong firstDiffers = 0, secondDiffers = 0;
        for (int word = 0; word <= TFamily.PairWords; word++)
        {
            ulong key = keys[((nuint)word * Rows) + row];
            firstDiffers |= first[word] ^ key;
            secondDiffers |= second[word] ^ key;
        }

        nuint isSecond = secondDiffers == 0 ? 1u : 0;
        differs = firstDiffers & (0 - (1 - (ulong)isSecond));
        return first + (isSecond * (nuint)Words<TFamily>());
    }

    // Pending rows are those without an entry of this version. Places become the entries themselves.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Compare<TFamily>(in Scratch scratch, ulong** places, int rows, ulong version)
        where TFamily : struct, IFamily
    {
        ulong* keys = scratch.Keys;
        ulong* orders = scratch.Orders;
        uint* pending = scratch.Rows;
        nuint count = 0;
        for (nuint row = 0; row < (nuint)rows; row++)
        {
            ulong* entry = EntryOf<TFamily>(keys, row, places[row], out ulong differs);
            ulong stale = entry[TFamily.PairWords + 2] ^ version;
            places[row] = entry;
            orders[row] = entry[TFamily.PairWords + 1];
            pending[count] = (uint)row;
            count += (stale | differs) != 0 ? 1u : 0;
        }

        return (int)count;
    }

    // All keys are compared at once with the rules that came or went since the oldest of their entries. Entries that none
    // of those concerns carry this version from now on; rows without an entry come first in the list of the missing ones.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CheckAgain<TFamily, TLanes>(in Scratch scratch, ulong** places, int rows, int pending, in JournalView journal)
        where TFamily : struct, IFamily
        where TLanes : struct, ILanes
    {
        ulong* keys = scratch.Keys;
        uint* missing = scratch.Rows;
        uint* stale = stackalloc uint[Rows];
        nuint missed = 0, known = 0;
        ulong behind = 0;

        // Ages wrap around, so that a place without an entry is older than anything the journal knows.
        ulong version = (ulong)journal.Newest;
        ulong most = version - (ulong)journal.Whole;
        for (nuint i = 0; i < (nuint)pending; i++)
        {
            uint row = missing[i];
            ulong* entry = places[row];
            ulong age = version - entry[TFamily.PairWords + 2];
            ulong differs = 0;
            for (int word = 0; word <= TFamily.PairWords; word++)
            {
                differs |= entry[word] ^ keys[((nuint)word * Rows) + row];
            }

            if (differs != 0 || age > most)
            {
                missing[missed++] = row;
            }
            else
            {
                stale[known++] = row;
                behind = age > behind ? age : behind;
            }
        }

        if (known == 0)
        {
            return (int)missed;
        }

        uint* columns = scratch.Columns;
        uint* found = scratch.References;
        fixed (uint* changes = journal.After((long)(version - behind), out int count))
        {
            TLanes.MatchWide<TFamily>(changes, count, columns, found, rows);
            for (nuint i = 0; i < known; i++)
            {
                uint row = stale[i];
                if (found[row] != 0 && IsConcerned<TFamily>(changes, found[row], columns + row, places[row]))
                {
                    missing[missed++] = row;
                }
                else
                {
                    places[row][TFamily.PairWords + 2] = version;
                }
            }
        }

        return (int)missed;
    }

    // From the newest change that the key lies in back to the version that the entry was checked by. Worse rules than the
    // remembered one come and go without concern.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsConcerned<TFamily>(uint* changes, uint last, uint* key, ulong* entry)
        where TFamily : struct, IFamily
    {
        int stride = NodeLayout.WideWords(TFamily.AddressWords);
        for (uint* rule = changes + (last * stride); rule > changes; rule -= stride)
        {
            if (*(ulong*)(rule + NodeLayout.WideVersion(TFamily.AddressWords)) <= entry[TFamily.PairWords + 2])
            {
                return false;
            }

            if (*(ulong*)(rule + NodeLayout.WideOrder(TFamily.AddressWords)) <= entry[TFamily.PairWords + 1]
                && ScalarLanes.MatchesWide<TFamily>(rule, key))
            {
                return true;
            }
        }

        return false;
    }

    private DecisionTable Table<TFamily>()
        where TFamily : struct, IFamily => TFamily.PairWords == 1 ? _ipv4 : _ipv6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Learn(int rows, int missing)
    {
        Hits += rows - missing;
        _met += rows - missing;
        _looked += rows;
        if (_looked >= Window)
        {
            _putEvery = _met * 2 >= _looked ? 1 : RarePart;
            _lookEvery = _met * 4 >= _looked * 3 ? 1 : PastPart;
            _looked = _met = 0;
        }
    }
}
