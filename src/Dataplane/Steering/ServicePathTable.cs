using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// (SPI, SI) to position on a path, for frames that carry it. The port the frame came from is part of the key: a function
/// may send only the index that its own hop produces, also when another would be valid elsewhere on the path.
/// </summary>
internal sealed class ServicePathTable : IDisposable
{
    private const int Absent = -1;

    // Fibonacci hashing: 2^64 divided by the golden ratio.
    private const ulong Multiplier = 0x9e37_79b9_7f4a_7c15;

    private readonly NativeArray<Entry> _entries;
    private readonly int _shift;

    /// <summary>Builds the table.</summary>
    /// <param name="entries">Keys from <see cref="Key"/>, distinct, with their positions.</param>
    public ServicePathTable(IReadOnlyCollection<KeyValuePair<ulong, int>> entries)
    {
        // At most half full, so that a search ends at an empty entry after few steps.
        int bits = 1;
        while (1 << bits < 2 * entries.Count)
        {
            bits++;
        }

        _shift = 64 - bits;
        _entries = new NativeArray<Entry>(1 << bits);
        Span<Entry> table = _entries.Writable;
        table.Fill(new Entry(0, Absent));
        foreach ((ulong key, int position) in entries)
        {
            int at = Home(key);
            while (table[at].Position != Absent)
            {
                at = (at + 1) & (table.Length - 1);
            }

            table[at] = new Entry(key, position);
        }
    }

    /// <summary>The key of one header from one port.</summary>
    /// <param name="port">Port the frame came from.</param>
    /// <param name="carries">NSH or MPLS.</param>
    /// <param name="servicePath">SPI shifted left by 8, and SI; for MPLS the label, which has the same form.</param>
    public static ulong Key(int port, EncapsulationKind carries, uint servicePath) =>
        ((ulong)carries << 60) | ((ulong)(uint)port << 32) | servicePath;

    /// <summary>Finds the position that a header stands for.</summary>
    /// <param name="key">From <see cref="Key"/>.</param>
    /// <param name="position">Row in <see cref="SteeringSnapshot.Positions"/>.</param>
    /// <returns>False when no function may send that header from that port.</returns>
    public bool TryFind(ulong key, out int position)
    {
        ReadOnlySpan<Entry> table = _entries.Span;
        for (int at = Home(key); table[at].Position != Absent; at = (at + 1) & (table.Length - 1))
        {
            if (table[at].Key == key)
            {
                position = table[at].Position;
                return true;
            }
        }

        position = Absent;
        return false;
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _entries.Dispose();

    private int Home(ulong key) => (int)((key * Multiplier) >> _shift);

    private readonly record struct Entry(ulong Key, int Position);
}
