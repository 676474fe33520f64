using System.Numerics;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>
/// A worker's live flows, found exactly: where each is on its path and which member it goes to. Bounded: what finds no
/// place is decided anew packet by packet. One thread.
/// </summary>
/// <remarks>
/// Flows are found by <see cref="FlowBuckets"/>: few ones that stay in a core's own cache, and when these are full many more.
/// Entries are dense. So memory that is touched follows the flows there are, not the flows there is room for. The hash is seeded
/// by chance for each worker, so nobody outside can choose flows that collide.
/// Bounds: entry numbers come from buckets that only this class writes, and rows are a span.
/// </remarks>
internal sealed unsafe class LiveFlowTable : IDisposable
{
    /// <summary>Fewest flows there can be room for.</summary>
    public const int LeastFlows = 16;

    /// <summary>Most flows there can be room for.</summary>
    public const int MostFlows = 1 << 24;

    /// <summary>Seconds without a packet after which a flow is forgotten.</summary>
    public const int LiveSeconds = 300;

    /// <summary>The same for one of which a single packet was seen.</summary>
    public const int NewSeconds = 10;

    // Under a flood of new flows one in so many is let in: looking is cheap, making places is not.
    private const int Window = 1_024;
    private const int LeastHits = Window / 8;
    private const uint AdmittedOf = 8;

    // 256 KiB of buckets.
    private const int MostNear = 27_852;

    private readonly FlowBuckets _near;
    private readonly FlowBuckets _far;
    private readonly NativeBlock _entryBlock;
    private readonly FlowEntry* _entries;
    private readonly ulong _seed0;
    private readonly ulong _seed1;
    private readonly ulong _seed2;
    private readonly ulong _seed3;
    private readonly ulong _seed4;
    private readonly ulong _seed5;
    private int _everUsed;
    private int _firstFree = FlowTuple.NoEntry;
    private int _ageCursor;
    private int _windowLookups;
    private int _windowHits;
    private bool _isFlooded;
    private uint _turn;

    /// <summary>Makes an empty table.</summary>
    /// <param name="flows">Flows there is room for, <see cref="LeastFlows"/> to <see cref="MostFlows"/>.</param>
    /// <param name="random">Where the seed of the hash comes from.</param>
    public LiveFlowTable(int flows, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(flows, LeastFlows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flows, MostFlows);
        Capacity = flows;
        _near = new FlowBuckets(Math.Min(flows, MostNear));
        _far = flows > MostNear ? new FlowBuckets(flows) : _near;
        _entryBlock = new NativeBlock((nuint)flows * (nuint)sizeof(FlowEntry));
        _entries = (FlowEntry*)_entryBlock.Address;
        _seed0 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed1 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed2 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed3 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed4 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed5 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
    }

    /// <summary>Flows there is room for.</summary>
    public int Capacity { get; }

    /// <summary>Flows there are.</summary>
    public int Count { get; private set; }

    /// <summary>New flows that found no place, or whose place another new one took.</summary>
    public long Unplaced { get; private set; }

    /// <summary>What is remembered of a flow.</summary>
    /// <param name="entry">A number that <see cref="Find"/> or <see cref="Take"/> gave since the last <see cref="Age"/>.</param>
    public ref FlowEntry this[int entry] => ref _entries[entry];

    /// <summary>Hashes the rows that have a key and finds their entries.</summary>
    /// <param name="rows">The rows.</param>
    public void Find(Span<FlowTuple> rows)
    {
        fixed (FlowTuple* first = rows)
        {
            FlowTuple* end = first + rows.Length;
            HashRows(first, end);
            MatchTags(first, end);
            CompareKeys(first, end);
        }
    }

    /// <summary>Says how lookups went, which decides how many new flows are let in.</summary>
    /// <param name="lookups">Rows with a key.</param>
    /// <param name="hits">Of these, those that were found.</param>
    public void Note(int lookups, int hits)
    {
        _windowLookups += lookups;
        _windowHits += hits;
        if (_windowLookups >= Window)
        {
            _isFlooded = _windowHits < LeastHits;
            _windowLookups = 0;
            _windowHits = 0;
        }
    }

    /// <summary>True when one more new flow is to be remembered: always, but not every time while hardly any packet is of a known flow.</summary>
    public bool Admits() => !_isFlooded || ++_turn % AdmittedOf == 0;

    /// <summary>The entry of a flow, which is made if there is none.</summary>
    /// <param name="row">A row that was hashed.</param>
    /// <returns>Its number, or <see cref="FlowTuple.NoEntry"/> when there is no place.</returns>
    public int Take(in FlowTuple row)
    {
        fixed (FlowTuple* flow = &row)
        {
            int known = Search(flow);
            return known >= 0 ? known : Add(flow);
        }
    }

    /// <summary>Has a flow keep its place: a second packet was seen.</summary>
    /// <param name="row">A row whose entry is known.</param>
    public void Keep(in FlowTuple row)
    {
        PlaceOf(row.Hash, row.Entry, out int place)->New &= (byte)~(1 << place);
        _entries[row.Entry].State = FlowState.Live;
    }

    /// <summary>Forgets flows that have been silent for long, looking at some each time.</summary>
    /// <param name="now">The second, modulo 2^16.</param>
    /// <param name="most">Flows to look at.</param>
    public void Age(ushort now, int most)
    {
        for (int looked = Math.Min(most, _everUsed); looked > 0; looked--)
        {
            _ageCursor = _ageCursor + 1 >= _everUsed ? 0 : _ageCursor + 1;
            FlowEntry* entry = _entries + _ageCursor;
            int silent = (ushort)(now - entry->Seen);
            if (entry->State != FlowState.Free && silent > (entry->State == FlowState.Live ? LiveSeconds : NewSeconds))
            {
                Forget(_ageCursor);
            }
        }
    }

    /// <summary>Frees the table.</summary>
    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _entryBlock.Dispose();
    }

    private static bool IsOf(FlowEntry* entry, FlowTuple* flow)
    {
        PacketWork.FlowEntry();
        return ((entry->Address0 ^ flow->Address0) | (entry->Address1 ^ flow->Address1) | (entry->Address2 ^ flow->Address2)
            | (entry->Address3 ^ flow->Address3) | (entry->Tail ^ flow->Tail) | (entry->ServicePath ^ flow->ServicePath)) == 0;
    }

    // One term of NH: a product of two 32-bit sums.
    private static ulong Term(ulong word, ulong seed) => (ulong)((uint)word + (uint)seed) * ((uint)(word >> 32) + (uint)(seed >> 32));

    // NH (Black et al., "UMAC", 1999) with secret seeds: two flows are given the same 64 bits with a chance of 2^-32 whatever
    // they are. Then its bits are spread, as the finalizer of MurmurHash3 does. No product is wider than a register.
    private ulong HashOf(ulong address0, ulong address1, ulong address2, ulong address3, ulong tail, uint servicePath)
    {
        ulong hash = Term(address0, _seed0) + Term(tail, _seed1) + Term(servicePath, _seed2);
        if ((tail & FlowTuple.TailIsIpv6) != 0)
        {
            hash += Term(address1, _seed3) + Term(address2, _seed4) + Term(address3, _seed5);
        }

        hash = (hash ^ (hash >> 33)) * 0xff51_afd7_ed55_8ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ce_b9fe_1a85_ec53;
        return hash ^ (hash >> 33);
    }

    private bool IsFarUsed => _far.Count > 0 && _far != _near;

    private void HashRows(FlowTuple* row, FlowTuple* end)
    {
        bool isFarUsed = IsFarUsed;
        for (; row < end; row++)
        {
            if ((row->Marks & FlowMarks.HasKey) != 0)
            {
                row->Hash = HashOf(row->Address0, row->Address1, row->Address2, row->Address3, row->Tail, row->ServicePath);
                FlowBuckets.Prefetch(_near.Of(row->Hash));
                if (isFarUsed)
                {
                    FlowBuckets.Prefetch(_far.Of(row->Hash));
                }
            }
        }
    }

    // Takes the first entry whose tag fits, and asks for its line.
    private void MatchTags(FlowTuple* row, FlowTuple* end)
    {
        bool isFarUsed = IsFarUsed;
        for (; row < end; row++)
        {
            row->Entry = FlowTuple.NoEntry;
            if ((row->Marks & FlowMarks.HasKey) == 0)
            {
                continue;
            }

            int entry = _near.FirstFit(row->Hash);
            if (entry < 0 && isFarUsed)
            {
                entry = _far.FirstFit(row->Hash);
            }

            if (entry >= 0)
            {
                row->Entry = entry;
                FlowBuckets.Prefetch(_entries + entry);
            }
        }
    }

    // Where another flow has the same tag, the rest is searched too.
    private void CompareKeys(FlowTuple* row, FlowTuple* end)
    {
        for (; row < end; row++)
        {
            if (row->Entry >= 0 && !IsOf(_entries + row->Entry, row))
            {
                row->Entry = Search(row);
            }
        }
    }

    private int Search(FlowTuple* flow)
    {
        int entry = SearchIn(_near, flow);
        return entry < 0 && IsFarUsed ? SearchIn(_far, flow) : entry;
    }

    private int SearchIn(FlowBuckets buckets, FlowTuple* flow)
    {
        FlowBucket* bucket = buckets.Of(flow->Hash);
        ushort tag = FlowBuckets.TagOf(flow->Hash);
        int entry = SearchIn(bucket, tag, flow);
        return entry < 0 && bucket->Displaced != 0 ? SearchIn(buckets.Other(bucket, tag), tag, flow) : entry;
    }

    private int SearchIn(FlowBucket* bucket, ushort tag, FlowTuple* flow)
    {
        for (uint places = bucket->Match(tag); places != 0; places &= places - 1)
        {
            int entry = bucket->Entries[BitOperations.TrailingZeroCount(places)];
            if (IsOf(_entries + entry, flow))
            {
                return entry;
            }
        }

        return FlowTuple.NoEntry;
    }

    private int Add(FlowTuple* flow)
    {
        FlowBucket* bucket;
        int place;
        FlowBuckets buckets = _near;
        if (Count == Capacity || !(_near.TryMakePlace(flow->Hash, out bucket, out place) || (buckets = _far).TryMakePlace(flow->Hash, out bucket, out place)))
        {
            // Only new flows lose their place: who sends ever new ones pushes out its own.
            Unplaced++;
            buckets = _far;
            if (!_far.TryFindNew(flow->Hash, out bucket, out place) && !(buckets = _near).TryFindNew(flow->Hash, out bucket, out place))
            {
                return FlowTuple.NoEntry;
            }

            Clear(buckets, bucket, place);
        }

        int entry = NewEntry();
        *(FlowTuple*)(_entries + entry) = *flow;
        _entries[entry].State = FlowState.New;
        _entries[entry].IsKept = false;
        buckets.Put(bucket, place, flow->Hash, entry);
        return entry;
    }

    private void Forget(int entry)
    {
        FlowEntry* flow = _entries + entry;
        ulong hash = HashOf(flow->Address0, flow->Address1, flow->Address2, flow->Address3, flow->Tail, flow->ServicePath);
        FlowBucket* bucket = _near.PlaceOf(hash, entry, out int place);
        if (bucket != null)
        {
            Clear(_near, bucket, place);
        }
        else
        {
            Clear(_far, _far.PlaceOf(hash, entry, out place), place);
        }
    }

    private FlowBucket* PlaceOf(ulong hash, int entry, out int place)
    {
        FlowBucket* near = _near.PlaceOf(hash, entry, out place);
        return near != null ? near : _far.PlaceOf(hash, entry, out place);
    }

    private void Clear(FlowBuckets buckets, FlowBucket* bucket, int place)
    {
        int entry = bucket->Entries[place];
        buckets.Empty(bucket, place);
        _entries[entry].State = FlowState.Free;
        _entries[entry].Position = _firstFree;
        _firstFree = entry;
        Count--;
    }

    // Freed entries first, so that memory in use stays together.
    private int NewEntry()
    {
        Count++;
        if (_firstFree == FlowTuple.NoEntry)
        {
            return _everUsed++;
        }

        int entry = _firstFree;
        _firstFree = _entries[entry].Position;
        return entry;
    }
}
