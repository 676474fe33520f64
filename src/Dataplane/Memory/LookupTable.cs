using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// Key to row number in native memory: open addressing, at most half full, built once and then only read. Its keys are the
/// operator's (paths, addresses of ports), never what packets contain, so nobody outside can choose keys that collide.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
internal sealed class LookupTable<TKey> : IDisposable
    where TKey : unmanaged, ILookupKey, IEquatable<TKey>
{
    /// <summary>Answer for a key that is not there.</summary>
    public const int Absent = -1;

    // Fibonacci hashing: 2^64 divided by the golden ratio.
    private const ulong Multiplier = 0x9e37_79b9_7f4a_7c15;

    private readonly NativeArray<Entry> _entries;
    private readonly int _shift;

    /// <summary>Builds the table.</summary>
    /// <param name="rows">Distinct keys with their rows, 0 or more each.</param>
    public LookupTable(IReadOnlyCollection<KeyValuePair<TKey, int>> rows)
    {
        // A search ends at an empty entry, so there is always one.
        int bits = 1;
        while (1 << bits < 2 * rows.Count)
        {
            bits++;
        }

        _shift = 64 - bits;
        _entries = new NativeArray<Entry>(1 << bits);
        Span<Entry> table = _entries.Writable;
        table.Fill(new Entry(default, Absent));
        foreach ((TKey key, int row) in rows)
        {
            int at = Home(key);
            while (table[at].Row != Absent)
            {
                at = (at + 1) & (table.Length - 1);
            }

            table[at] = new Entry(key, row);
        }
    }

    /// <summary>Finds the row of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The row, or <see cref="Absent"/>.</returns>
    public int Find(in TKey key)
    {
        ReadOnlySpan<Entry> table = _entries.Span;
        for (int at = Home(key); table[at].Row != Absent; at = (at + 1) & (table.Length - 1))
        {
            PacketWork.TableEntry();
            if (table[at].Key.Equals(key))
            {
                return table[at].Row;
            }
        }

        return Absent;
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _entries.Dispose();

    private int Home(in TKey key) => (int)((key.Folded * Multiplier) >> _shift);

    private readonly record struct Entry(TKey Key, int Row);
}
