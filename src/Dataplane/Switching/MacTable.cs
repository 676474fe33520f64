using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Switching;

/// <summary>
/// Where the stations of networks that learn were seen last (IEEE 802.1D, section 7.8). 16,384 places in native memory, in
/// sets of eight; a station is forgotten 300 s after its last frame, to the second. Nothing is allocated or locked, and a
/// search looks at eight places.
/// </summary>
/// <remarks>
/// A full set gives a place only to a station of a port that has at least two fewer there than the port that has the most,
/// and that one loses its oldest: who floods us with source addresses pushes out its own. What finds no place is not
/// learned, so frames to it are flooded.
/// One table serves all workers, because those that receive from a station need not be those that send to it. Who
/// puts in or moves a station takes the place by exchanging its key; a search looks at the key again after reading the rest. Two
/// workers may put in one station twice; then the first counts and the second ages.
/// </remarks>
internal sealed class MacTable : IDisposable
{
    /// <summary>How long a station is remembered after its last frame, in nanoseconds.</summary>
    public const long LifetimeNanoseconds = 300_000_000_000;

    /// <summary>Most stations.</summary>
    public const int Capacity = Sets * Ways;

    /// <summary>Answer for a station that is not known.</summary>
    public const int Absent = -1;

    private const int Sets = 1 << SetBits;
    private const int SetBits = 11;
    private const int Ways = 8;

    // Shared memory is written once a second for a busy station, not once a frame.
    private const long RefreshNanoseconds = 1_000_000_000;

    private const int NetworkShift = 48;
    private const int FewerByAtLeast = 2;

    // Odd, so that no two keys become one.
    private const ulong Multiplier = 0xd6e8_feb8_6659_fd93;

    // Only groups have this bit in their address. Set in every key, it tells keys from the values of places without one.
    private const ulong KeyMark = 1UL << 40;
    private const ulong Taken = 1;
    private const ulong Free = 0;

    private readonly NativeArray<Entry> _entries = new(Capacity);

    /// <summary>The port that a station was seen at last.</summary>
    /// <param name="network">Index of its network, at most 65,535.</param>
    /// <param name="station">Its address, as a source has it.</param>
    /// <param name="now">The time in nanoseconds.</param>
    /// <param name="seed">The snapshot's seed.</param>
    /// <returns>The port's number, or <see cref="Absent"/>.</returns>
    public int Find(int network, MacAddress station, long now, ulong seed)
    {
        ulong key = KeyOf(network, station);
        foreach (ref Entry entry in SetOf(key, seed))
        {
            PacketWork.TableEntry();
            if (Volatile.Read(ref entry.Key) == key)
            {
                int port = Volatile.Read(ref entry.Port);
                bool isFresh = now - Volatile.Read(ref entry.SeenAt) < LifetimeNanoseconds;
                return isFresh && Volatile.Read(ref entry.Key) == key ? port : Absent;
            }
        }

        return Absent;
    }

    /// <summary>Remembers where a station was seen; one that moved is at the new port only.</summary>
    /// <param name="network">Index of its network, at most 65,535.</param>
    /// <param name="station">Its address; neither a group's nor 0.</param>
    /// <param name="port">Number of the port.</param>
    /// <param name="now">The time in nanoseconds.</param>
    /// <param name="seed">The snapshot's seed.</param>
    /// <returns>False when there is no place for it.</returns>
    public bool Learn(int network, MacAddress station, int port, long now, ulong seed)
    {
        ulong key = KeyOf(network, station);
        Span<Entry> set = SetOf(key, seed);
        foreach (ref Entry entry in set)
        {
            PacketWork.TableEntry();
            if (Volatile.Read(ref entry.Key) == key)
            {
                // Another station may have the place by now: then a port must not be written there, while the time is its own too.
                if (Volatile.Read(ref entry.Port) != port)
                {
                    return TryPut(ref entry, key, key, port, now);
                }

                if (now - entry.SeenAt >= RefreshNanoseconds)
                {
                    Volatile.Write(ref entry.SeenAt, now);
                }

                return true;
            }
        }

        int way = PlaceFor(set, port, now);
        return way >= 0 && TryPut(ref set[way], Volatile.Read(ref set[way].Key), key, port, now);
    }

    /// <summary>Frees the table. Not before the last worker that uses it.</summary>
    public void Dispose() => _entries.Dispose();

    private static int PlaceFor(ReadOnlySpan<Entry> set, int port, long now)
    {
        int own = 0;
        int most = 0;
        int oldest = -1;
        for (int way = 0; way < Ways; way++)
        {
            if (set[way].Key == Free || (set[way].Key != Taken && now - set[way].SeenAt >= LifetimeNanoseconds))
            {
                return way;
            }

            // Another worker may put a station here meanwhile: then nobody has the port that was read, and the count is 0.
            int holder = set[way].Port;
            int together = CountOf(set, holder);
            own = holder == port ? together : own;
            if (oldest < 0 || together > most || (together == most && set[way].SeenAt < set[oldest].SeenAt))
            {
                (most, oldest) = (together, way);
            }
        }

        return most - own >= FewerByAtLeast ? oldest : -1;
    }

    private static int CountOf(ReadOnlySpan<Entry> set, int port)
    {
        int count = 0;
        foreach (ref readonly Entry entry in set)
        {
            count += entry.Port == port ? 1 : 0;
        }

        return count;
    }

    // Whoever loses the race has its station learned from its next frame.
    private static bool TryPut(ref Entry entry, ulong before, ulong key, int port, long now)
    {
        if (before == Taken || Interlocked.CompareExchange(ref entry.Key, Taken, before) != before)
        {
            return false;
        }

        Volatile.Write(ref entry.Port, port);
        Volatile.Write(ref entry.SeenAt, now);
        Volatile.Write(ref entry.Key, key);
        return true;
    }

    private static ulong KeyOf(int network, MacAddress station) => ((ulong)network << NetworkShift) | KeyMark | station.Value;

    private Span<Entry> SetOf(ulong key, ulong seed)
    {
        ulong mixed = (key ^ seed) * Multiplier;
        mixed = (mixed ^ (mixed >> 32)) * Multiplier;
        return _entries.Writable.Slice((int)(mixed >> (64 - SetBits)) * Ways, Ways);
    }

    private struct Entry
    {
        public ulong Key;
        public long SeenAt;
        public int Port;
    }
}
