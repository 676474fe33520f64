using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>
/// A worker's live flows, found exactly: where each is on its path and which member it goes to. Bounded: what finds no
/// place is decided anew packet by packet. One thread.
/// </summary>
/// <remarks>
/// Cuckoo hashing with two buckets of eight places for each flow, the second told by the first and the tag (Fan et al.,
/// "Cuckoo Filter", 2014), so that flows are moved without reading their entries. Entries are dense: memory that is touched
/// follows the flows there are, not the flows there is room for. The hash is seeded by chance for each worker, so nobody
/// outside can choose flows that collide.
/// Bounds: bucket numbers are masked by a power of two less one, entry numbers come from buckets that only this class
/// writes, and rows are a span.
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

    // So that a place is found for every flow there is an entry for.
    private const double FullestBuckets = 0.85;

    private readonly NativeBlock _bucketBlock;
    private readonly NativeBlock _entryBlock;
    private readonly FlowBucket* _buckets;
    private readonly FlowEntry* _entries;
    private readonly uint _mask;
    private readonly ulong _seed0;
    private readonly ulong _seed1;
    private readonly ulong _seed2;
    private readonly ulong _seed3;
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
        uint buckets = BitOperations.RoundUpToPowerOf2((uint)Math.Ceiling(flows / FullestBuckets / FlowBucket.Places));
        _mask = buckets - 1;
        _bucketBlock = new NativeBlock((nuint)buckets * (nuint)sizeof(FlowBucket));
        _entryBlock = new NativeBlock((nuint)flows * (nuint)sizeof(FlowEntry));
        _buckets = (FlowBucket*)_bucketBlock.Address;
        _entries = (FlowEntry*)_entryBlock.Address;
        _seed0 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed1 = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _seed2 = (ulong)random.NextInt64(long.MinValue, long.MaxValue) | 1;
        _seed3 = (ulong)random.NextInt64(long.MinValue, long.MaxValue) | 1;
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
        FlowBucket* bucket = BucketOf(row.Hash);
        ushort tag = TagOf(row.Hash);
        if (!TryFindPlace(bucket, tag, row.Entry, out int place))
        {
            bucket = OtherBucket(bucket, tag);
            TryFindPlace(bucket, tag, row.Entry, out place);
        }

        bucket->New &= (byte)~(1 << place);
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
        _bucketBlock.Dispose();
        _entryBlock.Dispose();
    }

    private static ushort TagOf(ulong hash) => (ushort)Math.Max(hash >> 48, 1);

    private static bool IsOf(FlowEntry* entry, FlowTuple* flow) =>
        ((entry->Address0 ^ flow->Address0) | (entry->Address1 ^ flow->Address1) | (entry->Address2 ^ flow->Address2)
            | (entry->Address3 ^ flow->Address3) | (entry->Tail ^ flow->Tail) | (entry->ServicePath ^ flow->ServicePath)) == 0;

    private static bool TryFindPlace(FlowBucket* bucket, ushort tag, int entry, out int place)
    {
        for (uint places = bucket->Match(tag); places != 0; places &= places - 1)
        {
            place = BitOperations.TrailingZeroCount(places);
            if (bucket->Entries[place] == entry)
            {
                return true;
            }
        }

        place = 0;
        return false;
    }

    private static bool TryFindEmpty(FlowBucket* bucket, out int place)
    {
        uint places = bucket->Match(FlowBucket.Empty);
        place = BitOperations.TrailingZeroCount(places);
        return places != 0;
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    private static void Prefetch(void* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(line);
        }
    }

    private FlowBucket* BucketOf(ulong hash) => _buckets + ((uint)hash & _mask);

    // Its own inverse, and never the same bucket: the lowest bit always changes.
    private FlowBucket* OtherBucket(FlowBucket* bucket, ushort tag) => _buckets + (((uint)(bucket - _buckets) ^ ((tag * 0x9e37_79b1u >> 8) | 1)) & _mask);

    // The mixing step of wyhash (W. Yi 2019), as in FlowHash, with secret seeds.
    private ulong HashOf(ulong address0, ulong address1, ulong address2, ulong address3, ulong tail, uint servicePath)
    {
        ulong hash = Fold(address0 ^ _seed0, tail ^ _seed1);
        if ((tail & FlowTuple.TailIsIpv6) != 0)
        {
            hash = Fold(hash ^ address1, address2 ^ _seed3);
            hash = Fold(hash ^ address3, _seed3);
        }

        return Fold(hash ^ servicePath, _seed2);
    }

    private void HashRows(FlowTuple* row, FlowTuple* end)
    {
        for (; row < end; row++)
        {
            if ((row->Marks & FlowMarks.HasKey) != 0)
            {
                row->Hash = HashOf(row->Address0, row->Address1, row->Address2, row->Address3, row->Tail, row->ServicePath);
                Prefetch(BucketOf(row->Hash));
            }
        }
    }

    // Takes the first entry whose tag fits, and asks for its line.
    private void MatchTags(FlowTuple* row, FlowTuple* end)
    {
        for (; row < end; row++)
        {
            row->Entry = FlowTuple.NoEntry;
            if ((row->Marks & FlowMarks.HasKey) == 0)
            {
                continue;
            }

            FlowBucket* bucket = BucketOf(row->Hash);
            ushort tag = TagOf(row->Hash);
            uint places = bucket->Match(tag);
            if (places == 0 && bucket->Displaced != 0)
            {
                bucket = OtherBucket(bucket, tag);
                places = bucket->Match(tag);
            }

            if (places != 0)
            {
                row->Entry = bucket->Entries[BitOperations.TrailingZeroCount(places)];
                Prefetch(_entries + row->Entry);
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
        FlowBucket* bucket = BucketOf(flow->Hash);
        ushort tag = TagOf(flow->Hash);
        int entry = SearchIn(bucket, tag, flow);
        return entry < 0 && bucket->Displaced != 0 ? SearchIn(OtherBucket(bucket, tag), tag, flow) : entry;
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
        ushort tag = TagOf(flow->Hash);
        FlowBucket* first = BucketOf(flow->Hash);
        FlowBucket* bucket = first;
        int place = 0;
        if (Count == Capacity || !TryMakePlace(ref bucket, tag, out place))
        {
            bucket = first;
            if (!TryEvict(ref bucket, tag, out place))
            {
                return FlowTuple.NoEntry;
            }
        }

        int entry = NewEntry();
        *(FlowTuple*)(_entries + entry) = *flow;
        _entries[entry].State = FlowState.New;
        _entries[entry].IsKept = false;
        Put(bucket, place, tag, entry, isSecond: bucket != first, isNew: true);
        return entry;
    }

    // The bucket that is given is the flow's first; the one that is handed back has the place.
    private bool TryMakePlace(ref FlowBucket* bucket, ushort tag, out int place)
    {
        FlowBucket* first = bucket;
        FlowBucket* second = OtherBucket(first, tag);
        if (TryFindEmpty(first, out place) || (!TryFindEmpty(second, out _) && (TryMoveOne(first, out place) || TryMoveTwo(first, out place))))
        {
            return true;
        }

        bucket = second;
        return TryFindEmpty(second, out place) || TryMoveOne(second, out place) || TryMoveTwo(second, out place);
    }

    // Moves one flow of a full bucket to its other one.
    private bool TryMoveOne(FlowBucket* bucket, out int place)
    {
        for (place = 0; place < FlowBucket.Places; place++)
        {
            FlowBucket* other = OtherBucket(bucket, bucket->Tags[place]);
            if (TryFindEmpty(other, out int free))
            {
                Move(bucket, place, other, free);
                return true;
            }
        }

        return false;
    }

    // The same where the other ones are full too, and one of them can get rid of a flow.
    private bool TryMoveTwo(FlowBucket* bucket, out int place)
    {
        for (place = 0; place < FlowBucket.Places; place++)
        {
            FlowBucket* other = OtherBucket(bucket, bucket->Tags[place]);
            if (TryMoveOne(other, out int free))
            {
                Move(bucket, place, other, free);
                return true;
            }
        }

        return false;
    }

    // Only new flows lose their place: who sends ever new ones pushes out its own.
    private bool TryEvict(ref FlowBucket* bucket, ushort tag, out int place)
    {
        Unplaced++;
        bucket = bucket->New != 0 ? bucket : OtherBucket(bucket, tag);
        place = BitOperations.TrailingZeroCount((uint)bucket->New);
        if (bucket->New == 0)
        {
            return false;
        }

        Clear(bucket, place);
        return true;
    }

    private void Forget(int entry)
    {
        FlowEntry* flow = _entries + entry;
        ulong hash = HashOf(flow->Address0, flow->Address1, flow->Address2, flow->Address3, flow->Tail, flow->ServicePath);
        FlowBucket* bucket = BucketOf(hash);
        ushort tag = TagOf(hash);
        if (!TryFindPlace(bucket, tag, entry, out int place))
        {
            bucket = OtherBucket(bucket, tag);
            TryFindPlace(bucket, tag, entry, out place);
        }

        Clear(bucket, place);
    }

    private void Move(FlowBucket* from, int place, FlowBucket* to, int free)
    {
        ushort tag = from->Tags[place];
        int entry = from->Entries[place];
        bool wasSecond = (from->Second >> place & 1) != 0;
        bool isNew = (from->New >> place & 1) != 0;
        Empty(from, place);
        Put(to, free, tag, entry, isSecond: !wasSecond, isNew);
    }

    private void Put(FlowBucket* bucket, int place, ushort tag, int entry, bool isSecond, bool isNew)
    {
        bucket->Tags[place] = tag;
        bucket->Entries[place] = entry;
        bucket->New |= (byte)(isNew ? 1 << place : 0);
        if (isSecond)
        {
            bucket->Second |= (byte)(1 << place);
            OtherBucket(bucket, tag)->Displaced++;
        }
    }

    private void Empty(FlowBucket* bucket, int place)
    {
        if ((bucket->Second >> place & 1) != 0)
        {
            OtherBucket(bucket, bucket->Tags[place])->Displaced--;
        }

        bucket->Tags[place] = FlowBucket.Empty;
        bucket->New &= (byte)~(1 << place);
        bucket->Second &= (byte)~(1 << place);
    }

    private void Clear(FlowBucket* bucket, int place)
    {
        int entry = bucket->Entries[place];
        Empty(bucket, place);
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
