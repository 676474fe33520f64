using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>Vectors of 512 bits; a leaf's block takes one, of 256.</summary>
internal readonly unsafe struct Lanes512 : ILanes
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(uint* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            Vector512.Load(from + row).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ushort* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<ushort>.Count)
        {
            Vector512<ushort> fields = Vector512.Load(from + row);
            Vector512.WidenLower(fields).Store(to + row);
            Vector512.WidenUpper(fields).Store(to + row + Vector512<uint>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(byte* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<byte>.Count)
        {
            Vector512<byte> fields = Vector512.Load(from + row);
            Widen(Vector512.WidenLower(fields), to + row);
            Widen(Vector512.WidenUpper(fields), to + row + Vector512<ushort>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pair(uint* low, uint* high, ulong* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            Vector512<uint> lows = Vector512.Load(low + row);
            Vector512<uint> highs = Vector512.Load(high + row);
            (Vector512.WidenLower(lows) | (Vector512.WidenLower(highs) << 32)).Store(to + row);
            (Vector512.WidenUpper(lows) | (Vector512.WidenUpper(highs) << 32)).Store(to + row + Vector512<ulong>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PairFields(uint* low, uint* high, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            (Vector512.Load(low + row) | (Vector512.Load(high + row) << 16)).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ChildOf(uint* node, uint value)
    {
        // The 16th lane is no separator.
        ulong notAbove = Vector512.GreaterThanOrEqual(Vector512.Create(value), Vector512.Load(node)).ExtractMostSignificantBits();
        return (nuint)BitOperations.PopCount((uint)notAbove & 0x7fff);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RootChildren(uint* root, int children, uint* column, uint* references, int rows)
    {
        Vector512<uint> targets = Vector512.Load(root + NodeLayout.MostChildren);
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            Vector512<uint> values = Vector512.Load(column + row);
            Vector512<uint> child = Vector512<uint>.Zero;
            for (int separator = 0; separator < children - 1; separator++)
            {
                child -= Vector512.GreaterThanOrEqual(values, Vector512.Create(root[separator]));
            }

            Vector512.Shuffle(targets, child).Store(references + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match<TFamily>(byte* leaf, ulong* key)
        where TFamily : struct, IFamily
    {
        ulong* words = (ulong*)leaf;
        Vector256<ulong> differing = (Vector256.Create(key[0]) ^ Vector256.Load(words)) & Vector256.Load(words + 4);
        for (int pair = 1; pair < TFamily.PairWords; pair++)
        {
            differing |= (Vector256.Create(key[pair * NodeLayout.Rows]) ^ Vector256.Load(words + (8 * pair))) & Vector256.Load(words + (8 * pair) + 4);
        }

        // Unsigned saturation leaves 0 exactly where a field is not below its least and not above its largest value.
        ushort* ports = (ushort*)(words + (8 * TFamily.PairWords));
        Vector256<ushort> fields = Vector256.Create(key[TFamily.PairWords * NodeLayout.Rows]).AsUInt16();
        differing |= (Vector256.SubtractSaturate(Vector256.Load(ports), fields)
            | Vector256.SubtractSaturate(fields, Vector256.Load(ports + 16))).AsUInt64();
        return Vector256.Equals(differing, Vector256<ulong>.Zero).ExtractMostSignificantBits();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MatchWide<TFamily>(uint* rules, int count, uint* columns, uint* found, int rows)
        where TFamily : struct, IFamily
    {
        const int Half = 16;
        int stride = NodeLayout.WideWords(TFamily.AddressWords);
        int words = 2 * TFamily.AddressWords;
        int ports = NodeLayout.WidePorts(TFamily.AddressWords);

        // Two vectors of keys at a time: what bounds this loop is loading the rules.
        for (int row = 0; row < rows; row += 2 * Half)
        {
            uint* key = columns + row;
            uint* ends = key + (words * NodeLayout.Rows);
            Vector512<ushort> ports0 = (Vector512.Load(ends) | (Vector512.Load(ends + NodeLayout.Rows) << 16)).AsUInt16();
            Vector512<ushort> ports1 = (Vector512.Load(ends + Half) | (Vector512.Load(ends + NodeLayout.Rows + Half) << 16)).AsUInt16();
            Vector512<uint> protocol0 = Vector512.Load(ends + (2 * NodeLayout.Rows));
            Vector512<uint> protocol1 = Vector512.Load(ends + (2 * NodeLayout.Rows) + Half);
            Vector512<uint> best0 = Vector512<uint>.Zero, best1 = Vector512<uint>.Zero;
            uint* rule = rules;
            for (uint i = 1; i <= (uint)count; i++)
            {
                rule += stride;
                Vector512<uint> value = Vector512.Create(rule[ports + 2]), mask = Vector512.Create(rule[ports + 3]);
                Vector512<uint> differing0 = (protocol0 ^ value) & mask, differing1 = (protocol1 ^ value) & mask;
                uint* word = rule;
                uint* column = key;
                for (uint* last = rule + ports; word < last; word += 2, column += NodeLayout.Rows)
                {
                    (value, mask) = (Vector512.Create(word[0]), Vector512.Create(word[1]));
                    differing0 |= (Vector512.Load(column) ^ value) & mask;
                    differing1 |= (Vector512.Load(column + Half) ^ value) & mask;
                }

                Vector512<ushort> least = Vector512.Create(rule[ports]).AsUInt16(), largest = Vector512.Create(rule[ports + 1]).AsUInt16();
                differing0 |= (Vector512.SubtractSaturate(least, ports0) | Vector512.SubtractSaturate(ports0, largest)).AsUInt32();
                differing1 |= (Vector512.SubtractSaturate(least, ports1) | Vector512.SubtractSaturate(ports1, largest)).AsUInt32();
                best0 = Vector512.ConditionalSelect(Vector512.Equals(differing0, Vector512<uint>.Zero), Vector512.Create(i), best0);
                best1 = Vector512.ConditionalSelect(Vector512.Equals(differing1, Vector512<uint>.Zero), Vector512.Create(i), best1);
            }

            best0.Store(found + row);
            best1.Store(found + row + Half);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint OnTheWay(uint* references, uint first, int rows, uint* places)
    {
        nuint count = 0;
        Vector512<uint> step = Vector512.Create((uint)Vector512<uint>.Count);
        Vector512<uint> place = Vector512.CreateSequence(first, 1u);
        Vector512<uint> end = Vector512.Create(first + (uint)rows);
        for (uint row = first; row < first + (uint)rows; row += (uint)Vector512<uint>.Count)
        {
            Vector512<uint> going = Vector512.LessThan(place, end)
                & Vector512.Equals(Vector512.Load(references + row) & Vector512<uint>.One, Vector512<uint>.Zero);
            Avx512F.Compress(Vector512<uint>.Zero, going, place).Store(places + count);
            count += (nuint)BitOperations.PopCount(going.ExtractMostSignificantBits());
            place += step;
        }

        return count;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Least(ulong* orders, ulong* found, int trees, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<ulong>.Count)
        {
            Vector512<ulong> least = Vector512.Load(orders + row);
            for (int tree = 0; tree < trees; tree++)
            {
                least = Vector512.Min(least, Vector512.Load(found + (tree * NodeLayout.Rows) + row));
            }

            least.Store(orders + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ids(ulong* orders, int* ids, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            Vector512.Narrow(Vector512.Load(orders + row), Vector512.Load(orders + row + Vector512<ulong>.Count)).Store((uint*)ids + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(Vector512<ushort> fields, uint* to)
    {
        Vector512.WidenLower(fields).Store(to);
        Vector512.WidenUpper(fields).Store(to + Vector512<uint>.Count);
    }
}
