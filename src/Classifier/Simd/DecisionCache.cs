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
    /// <param name="keys">Keys, in columns.</param>
    /// <param name="columns">The same keys by dimension.</param>
    /// <param name="orders">Answers, also of the rows that are missing: those are to be overwritten.</param>
    /// <param name="missing">Rows without an answer.</param>
    /// <param name="places">Where the rows belong, for <see cref="Put"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="version">Version to answer by.</param>
    /// <returns>How many rows are missing.</returns>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Look<TFamily>(ulong* keys, uint* columns, ulong* orders, uint* missing, ulong** places, int rows, ForestVersion version)
        where TFamily : struct, IFamily
    {
        DecisionTable table = Table<TFamily>();
        table.Locate<TFamily>(keys, places, rows);
        int pending = Compare<TFamily>(keys, orders, missing, places, rows, (ulong)version.Number);
        int left = pending == 0 ? 0 : CheckAgain<TFamily>(keys, columns, orders, missing, places, pending, version);
        Learn(rows, left);
        return left;
    }

    /// <summary>Remembers a decision, or not.</summary>
    /// <param name="keys">Keys, in columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="place">Its place, from <see cref="Look"/>.</param>
    /// <param name="order">The decision.</param>
    /// <param name="version">Version that made it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Put<TFamily>(ulong* keys, nuint row, ulong* place, ulong order, long version)
        where TFamily : struct, IFamily
    {
        ulong* entry = Find<TFamily>(keys, row, place);
        if (entry is null)
        {
            if (++_missed % _putEvery != 0)
            {
                return;
            }

            // Which of the two makes way is decided by nothing that a packet says.
            entry = place + (Words<TFamily>() * ((_missed / _putEvery) & 1));
        }

        for (int word = 0; word <= TFamily.PairWords; word++)
        {
            entry[word] = keys[((nuint)word * Rows) + row];
        }

        entry[TFamily.PairWords + 1] = order;
        entry[TFamily.PairWords + 2] = (ulong)version;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _ipv4.Dispose();
        _ipv6.Dispose();
    }

    private static int Words<TFamily>()
        where TFamily : struct, IFamily => TFamily.PairWords == 1 ? 4 : 8;

    // Both entries of a bucket are compared without a branch; pending rows are those without an entry of this version.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Compare<TFamily>(ulong* keys, ulong* orders, uint* pending, ulong** places, int rows, ulong version)
        where TFamily : struct, IFamily
    {
        nuint count = 0;
        for (nuint row = 0; row < (nuint)rows; row++)
        {
            ulong* first = places[row];
            ulong* second = first + Words<TFamily>();
            ulong firstDiffers = 0, secondDiffers = 0;
            for (int word = 0; word <= TFamily.PairWords; word++)
            {
                ulong key = keys[((nuint)word * Rows) + row];
                firstDiffers |= first[word] ^ key;
                secondDiffers |= second[word] ^ key;
            }

            nuint isSecond = secondDiffers == 0 ? 1u : 0;
            ulong* entry = first + (isSecond * (nuint)Words<TFamily>());
            ulong stale = entry[TFamily.PairWords + 2] ^ version;
            ulong differs = firstDiffers & (0 - (1 - (ulong)isSecond));
            orders[row] = entry[TFamily.PairWords + 1];
            pending[count] = (uint)row;
            count += (stale | differs) != 0 ? 1u : 0;
        }

        return (int)count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong* Find<TFamily>(ulong* keys, nuint row, ulong* place)
        where TFamily : struct, IFamily
    {
        for (int way = 0; way < Ways; way++, place += Words<TFamily>())
        {
            ulong differs = 0;
            for (int word = 0; word <= TFamily.PairWords; word++)
            {
                differs |= place[word] ^ keys[((nuint)word * Rows) + row];
            }

            if (differs == 0)
            {
                return place;
            }
        }

        return null;
    }

    // Entries of older versions that no change since concerns are good, and carry this version from now on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CheckAgain<TFamily>(
        ulong* keys, uint* columns, ulong* orders, uint* pending, ulong** places, int count, ForestVersion version)
        where TFamily : struct, IFamily
    {
        int left = 0;
        for (int i = 0; i < count; i++)
        {
            uint row = pending[i];
            ulong* entry = Find<TFamily>(keys, row, places[row]);
            if (entry is not null && IsStillRight<TFamily>(columns + row, entry, version))
            {
                entry[TFamily.PairWords + 2] = (ulong)version.Number;
                orders[row] = entry[TFamily.PairWords + 1];
            }
            else
            {
                pending[left++] = row;
            }
        }

        return left;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsStillRight<TFamily>(uint* columns, ulong* entry, ForestVersion version)
        where TFamily : struct, IFamily
    {
        ulong order = entry[TFamily.PairWords + 1];
        long checkedBy = (long)entry[TFamily.PairWords + 2];
        long behind = version.Number - checkedBy;
        if (checkedBy < 0 || behind > version.Journal.Length)
        {
            return false;
        }

        foreach (JournalEntry since in version.Journal.AsSpan()[^(int)behind..])
        {
            if (!since.IsWhole)
            {
                return false;
            }

            foreach (ref readonly JournalChange change in since.Changes.AsSpan())
            {
                if (change.Removed == order && order != NodeLayout.NoOrder)
                {
                    return false;
                }

                if (change.Added < order && Matches<TFamily>(columns, change))
                {
                    return false;
                }
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Matches<TFamily>(uint* columns, in JournalChange change)
        where TFamily : struct, IFamily
    {
        if (change.Dimensions!.AddressWords != TFamily.AddressWords)
        {
            return false;
        }

        for (int dimension = 0; dimension < change.Low.Length; dimension++)
        {
            uint value = columns[dimension * Rows];
            if (value < change.Low[dimension] || value > change.High[dimension])
            {
                return false;
            }
        }

        return true;
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
