using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Which port of a network has a MAC or IP address: the known addresses of ports, never what packets contain.
/// </summary>
internal sealed class PortAddressTable : IDisposable
{
    /// <summary>Answer when no port has the address.</summary>
    public const int NoPort = -1;

    private const ulong Multiplier = 0x9e37_79b9_7f4a_7c15;

    private readonly NativeArray<Entry> _entries;
    private readonly int _shift;

    /// <summary>Builds the table.</summary>
    /// <param name="entries">Distinct keys with their ports.</param>
    public PortAddressTable(IReadOnlyCollection<KeyValuePair<Key, int>> entries)
    {
        int bits = 1;
        while (1 << bits < 2 * entries.Count)
        {
            bits++;
        }

        _shift = 64 - bits;
        _entries = new NativeArray<Entry>(1 << bits);
        Span<Entry> table = _entries.Writable;
        table.Fill(new Entry(default, NoPort));
        foreach ((Key key, int port) in entries)
        {
            int at = Home(key);
            while (table[at].Port != NoPort)
            {
                at = (at + 1) & (table.Length - 1);
            }

            table[at] = new Entry(key, port);
        }
    }

    /// <summary>Finds the port of an address.</summary>
    /// <param name="key">Address, kind and network.</param>
    /// <returns>The port, or <see cref="NoPort"/>.</returns>
    public int Find(in Key key)
    {
        ReadOnlySpan<Entry> table = _entries.Span;
        for (int at = Home(key); table[at].Port != NoPort; at = (at + 1) & (table.Length - 1))
        {
            if (table[at].Key == key)
            {
                return table[at].Port;
            }
        }

        return NoPort;
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _entries.Dispose();

    // The addresses are the operator's, not a packet's: nobody outside can choose keys that collide.
    private int Home(in Key key)
    {
        ulong folded = (ulong)key.Address ^ ((ulong)(key.Address >> 64) * Multiplier) ^ ((ulong)(uint)key.Network << 40) ^ ((ulong)key.Kind << 62);
        return (int)((folded * Multiplier) >> _shift);
    }

    /// <summary>An address in a network.</summary>
    /// <param name="Address">The address, host byte order.</param>
    /// <param name="Network">Index of the network.</param>
    /// <param name="Kind">What sort of address it is.</param>
    public readonly record struct Key(UInt128 Address, int Network, AddressKind Kind);

    private readonly record struct Entry(Key Key, int Port);
}
