using System.Numerics;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>Places for flows: which entry each hash may belong to. One thread.</summary>
/// <remarks>
/// Cuckoo hashing with two buckets of eight places for each flow, the second told by the first and the tag (Fan et al.,
/// "Cuckoo Filter", 2014), so that flows are moved without reading their entries.
/// Bounds: bucket numbers are masked by a power of two less one; places are 0 to 7.
/// </remarks>
internal sealed unsafe class FlowBuckets : IDisposable
{
    // So that every flow up to there finds a place.
    private const double Fullest = 0.85;

    private readonly NativeBlock _block;
    private readonly FlowBucket* _buckets;
    private readonly uint _mask;
    private readonly int _mostFlows;

    /// <summary>Makes empty buckets.</summary>
    /// <param name="flows">Flows for which there are to be places.</param>
    public FlowBuckets(int flows)
    {
        uint buckets = BitOperations.RoundUpToPowerOf2((uint)Math.Ceiling(flows / Fullest / FlowBucket.Places));
        _mask = buckets - 1;
        _mostFlows = (int)Math.Max(flows, buckets * FlowBucket.Places * Fullest);
        _block = new NativeBlock((nuint)buckets * (nuint)sizeof(FlowBucket));
        _buckets = (FlowBucket*)_block.Address;
    }

    /// <summary>Flows that have a place.</summary>
    public int Count { get; private set; }

    /// <summary>What the places tell flows apart by; never <see cref="FlowBucket.Empty"/>.</summary>
    /// <param name="hash">A flow's hash.</param>
    public static ushort TagOf(ulong hash) => (ushort)Math.Max(hash >> 48, 1);

    /// <summary>Asks for a line of memory that will be read in a moment.</summary>
    public static void Prefetch(void* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(line);
        }
    }

    /// <summary>The first choice of a flow.</summary>
    /// <param name="hash">The flow's hash.</param>
    public FlowBucket* Of(ulong hash) => _buckets + ((uint)hash & _mask);

    /// <summary>The other choice: its own inverse, and never the same bucket, because the lowest bit always changes.</summary>
    /// <param name="bucket">One choice.</param>
    /// <param name="tag">The flow's tag.</param>
    public FlowBucket* Other(FlowBucket* bucket, ushort tag) => _buckets + (((uint)(bucket - _buckets) ^ ((tag * 0x9e37_79b1u >> 8) | 1)) & _mask);

    /// <summary>The first entry that may be the flow's, told by its tag.</summary>
    /// <param name="hash">The flow's hash.</param>
    /// <returns>Its number, or <see cref="FlowTuple.NoEntry"/>: the flow has no place.</returns>
    public int FirstFit(ulong hash)
    {
        FlowBucket* bucket = Of(hash);
        ushort tag = TagOf(hash);
        uint places = bucket->Match(tag);
        if (places == 0 && bucket->Displaced != 0)
        {
            bucket = Other(bucket, tag);
            places = bucket->Match(tag);
        }

        return places == 0 ? FlowTuple.NoEntry : bucket->Entries[BitOperations.TrailingZeroCount(places)];
    }

    /// <summary>Where a flow is.</summary>
    /// <param name="hash">The flow's hash.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="place">Its place.</param>
    /// <returns>Its bucket, or null.</returns>
    public FlowBucket* PlaceOf(ulong hash, int entry, out int place)
    {
        FlowBucket* bucket = Of(hash);
        ushort tag = TagOf(hash);
        if (TryFindPlace(bucket, tag, entry, out place))
        {
            return bucket;
        }

        bucket = Other(bucket, tag);
        return TryFindPlace(bucket, tag, entry, out place) ? bucket : null;
    }

    /// <summary>Finds a place for one more flow, two moves of others deep.</summary>
    /// <param name="hash">The flow's hash.</param>
    /// <param name="bucket">One of its two buckets.</param>
    /// <param name="place">An empty place there.</param>
    /// <returns>False when there is none.</returns>
    public bool TryMakePlace(ulong hash, out FlowBucket* bucket, out int place)
    {
        FlowBucket* first = Of(hash);
        FlowBucket* second = Other(first, TagOf(hash));
        bucket = first;
        place = 0;
        if (Count >= _mostFlows)
        {
            return false;
        }

        if (TryFindEmpty(first, out place) || (!TryFindEmpty(second, out _) && (TryMoveOne(first, out place) || TryMoveTwo(first, out place))))
        {
            return true;
        }

        bucket = second;
        return TryFindEmpty(second, out place) || TryMoveOne(second, out place) || TryMoveTwo(second, out place);
    }

    /// <summary>Finds a new flow in one of the two buckets of a hash.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="place">The new flow's place.</param>
    /// <returns>False when there is none.</returns>
    public bool TryFindNew(ulong hash, out FlowBucket* bucket, out int place)
    {
        bucket = Of(hash);
        bucket = bucket->New != 0 ? bucket : Other(bucket, TagOf(hash));
        place = BitOperations.TrailingZeroCount((uint)bucket->New);
        return bucket->New != 0;
    }

    /// <summary>Gives a new flow its place.</summary>
    /// <param name="bucket">One of its buckets.</param>
    /// <param name="place">An empty place there.</param>
    /// <param name="hash">The flow's hash.</param>
    /// <param name="entry">Its entry.</param>
    public void Put(FlowBucket* bucket, int place, ulong hash, int entry) => Put(bucket, place, TagOf(hash), entry, isSecond: bucket != Of(hash), isNew: true);

    /// <summary>Empties a place.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="place">A place that a flow has.</param>
    public void Empty(FlowBucket* bucket, int place)
    {
        if ((bucket->Second >> place & 1) != 0)
        {
            Other(bucket, bucket->Tags[place])->Displaced--;
        }

        bucket->Tags[place] = FlowBucket.Empty;
        bucket->New &= (byte)~(1 << place);
        bucket->Second &= (byte)~(1 << place);
        Count--;
    }

    /// <summary>Frees the buckets.</summary>
    public void Dispose() => _block.Dispose();

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

    // Moves one flow of a full bucket to its other one.
    private bool TryMoveOne(FlowBucket* bucket, out int place)
    {
        for (place = 0; place < FlowBucket.Places; place++)
        {
            FlowBucket* other = Other(bucket, bucket->Tags[place]);
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
            FlowBucket* other = Other(bucket, bucket->Tags[place]);
            if (TryMoveOne(other, out int free))
            {
                Move(bucket, place, other, free);
                return true;
            }
        }

        return false;
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
        Count++;
        bucket->Tags[place] = tag;
        bucket->Entries[place] = entry;
        bucket->New |= (byte)(isNew ? 1 << place : 0);
        if (isSecond)
        {
            bucket->Second |= (byte)(1 << place);
            Other(bucket, tag)->Displaced++;
        }
    }
}
