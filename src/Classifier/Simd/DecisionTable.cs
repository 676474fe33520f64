using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using NetworkingSfc.Classifier.CutTree;
using NetworkingSfc.Classifier.Memory;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>The buckets of one family in a <see cref="DecisionCache"/>, made when the first key of the family comes.</summary>
/// <param name="buckets">A power of two.</param>
/// <param name="entryWords">64-bit words of an entry; a bucket has two.</param>
internal sealed unsafe class DecisionTable(int buckets, int entryWords) : IDisposable
{
    // A version that no entry was ever checked by: empty places are older than everything.
    private const ulong Never = ulong.MaxValue;

    // 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4).
    private const ulong Odd = 0x9e37_79b9_7f4a_7c15;

    private readonly int _shift = 64 - int.Log2(buckets);
    private readonly ulong[] _secrets = Secrets();
    private NativeRegion? _region;

    /// <summary>Bytes in use.</summary>
    public long Bytes => _region?.Bytes ?? 0;

    private long WantedBytes => (long)buckets * 2 * entryWords * sizeof(ulong);

    /// <summary>Finds the buckets of keys, and has them fetched.</summary>
    /// <param name="keys">Keys, in columns.</param>
    /// <param name="places">First word of each key's bucket.</param>
    /// <param name="rows">Keys.</param>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Locate<TFamily>(ulong* keys, ulong** places, int rows)
        where TFamily : struct, IFamily
    {
        ulong* memory = (ulong*)(_region ?? Make()).Address;
        int bucketWords = 2 * entryWords;
        fixed (ulong* secrets = _secrets)
        {
            for (nuint row = 0; row < (nuint)rows; row++)
            {
                ulong hash = Fold(keys[row] ^ secrets[0], keys[((nuint)TFamily.PairWords * NodeLayout.Rows) + row] ^ secrets[1]);
                if (TFamily.PairWords > 1)
                {
                    hash ^= Fold(keys[NodeLayout.Rows + row] ^ secrets[2], keys[(2 * NodeLayout.Rows) + row] ^ secrets[3]);
                    hash = Fold(hash ^ secrets[4], keys[(3 * NodeLayout.Rows) + row] ^ secrets[5]);
                }

                // Where only a few bits of the keys differ, evenly spaced keys give evenly spaced products, and those may meet
                // in few buckets: this breaks the spacing.
                hash = (hash ^ (hash >> 32)) * Odd;
                ulong* place = memory + ((nuint)(hash >> _shift) * (nuint)bucketWords);
                places[row] = place;
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(place);
                }
            }
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _region?.Dispose();

    // Both halves of a 128-bit product, as in wyhash: with secret words, nobody can tell which keys meet.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong one, ulong other)
    {
        ulong high = Math.BigMul(one, other, out ulong low);
        return high ^ low;
    }

    private static ulong[] Secrets()
    {
        Span<byte> random = stackalloc byte[6 * sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        ulong[] secrets = new ulong[6];
        for (int i = 0; i < secrets.Length; i++)
        {
            secrets[i] = BitConverter.ToUInt64(random[(i * sizeof(ulong))..]);
        }

        return secrets;
    }

    private NativeRegion Make()
    {
        _region = new NativeRegion(WantedBytes);
        new Span<ulong>((void*)_region.Address, (int)(WantedBytes / sizeof(ulong))).Fill(Never);
        return _region;
    }
}
