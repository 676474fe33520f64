using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>Vectors of 128 bits; a leaf's block takes two.</summary>
internal readonly unsafe struct Lanes128 : ILanes
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(uint* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            Vector128.Load(from + row).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ushort* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<ushort>.Count)
        {
            Vector128<ushort> fields = Vector128.Load(from + row);
            Vector128.WidenLower(fields).Store(to + row);
            Vector128.WidenUpper(fields).Store(to + row + Vector128<uint>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(byte* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<byte>.Count)
        {
            Vector128<byte> fields = Vector128.Load(from + row);
            Widen(Vector128.WidenLower(fields), to + row);
            Widen(Vector128.WidenUpper(fields), to + row + Vector128<ushort>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pair(uint* low, uint* high, ulong* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            Vector128<uint> lows = Vector128.Load(low + row);
            Vector128<uint> highs = Vector128.Load(high + row);
            (Vector128.WidenLower(lows) | (Vector128.WidenLower(highs) << 32)).Store(to + row);
            (Vector128.WidenUpper(lows) | (Vector128.WidenUpper(highs) << 32)).Store(to + row + Vector128<ulong>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PairFields(uint* low, uint* high, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            (Vector128.Load(low + row) | (Vector128.Load(high + row) << 16)).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ChildOf(uint* node, uint value)
    {
        // The 16th lane is no separator.
        Vector128<uint> values = Vector128.Create(value);
        uint notAbove = Vector128.GreaterThanOrEqual(values, Vector128.Load(node)).ExtractMostSignificantBits();
        notAbove |= Vector128.GreaterThanOrEqual(values, Vector128.Load(node + 4)).ExtractMostSignificantBits() << 4;
        notAbove |= Vector128.GreaterThanOrEqual(values, Vector128.Load(node + 8)).ExtractMostSignificantBits() << 8;
        notAbove |= Vector128.GreaterThanOrEqual(values, Vector128.Load(node + 12)).ExtractMostSignificantBits() << 12;
        return (nuint)BitOperations.PopCount(notAbove & 0x7fff);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RootChildren(uint* root, int children, uint* column, uint* references, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            Vector128<uint> values = Vector128.Load(column + row);
            Vector128<uint> child = Vector128<uint>.Zero;
            for (int separator = 0; separator < children - 1; separator++)
            {
                child -= Vector128.GreaterThanOrEqual(values, Vector128.Create(root[separator]));
            }

            child.Store(references + row);
            for (int lane = row; lane < row + Vector128<uint>.Count; lane++)
            {
                references[lane] = root[NodeLayout.MostChildren + references[lane]];
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match<TFamily>(byte* leaf, ulong* key)
        where TFamily : struct, IFamily => MatchHalf<TFamily>((ulong*)leaf, key) | (MatchHalf<TFamily>((ulong*)leaf + 2, key) << 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint MatchHalf<TFamily>(ulong* words, ulong* key)
        where TFamily : struct, IFamily
    {
        Vector128<ulong> differing = (Vector128.Create(key[0]) ^ Vector128.Load(words)) & Vector128.Load(words + 4);
        for (int pair = 1; pair < TFamily.PairWords; pair++)
        {
            differing |= (Vector128.Create(key[pair * NodeLayout.Rows]) ^ Vector128.Load(words + (8 * pair))) & Vector128.Load(words + (8 * pair) + 4);
        }

        // Unsigned saturation leaves 0 exactly where a field is not below its least and not above its largest value.
        ushort* ports = (ushort*)(words + (8 * TFamily.PairWords));
        Vector128<ushort> fields = Vector128.Create(key[TFamily.PairWords * NodeLayout.Rows]).AsUInt16();
        differing |= (Vector128.SubtractSaturate(Vector128.Load(ports), fields)
            | Vector128.SubtractSaturate(fields, Vector128.Load(ports + 16))).AsUInt64();
        return Vector128.Equals(differing, Vector128<ulong>.Zero).ExtractMostSignificantBits();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MatchWide<TFamily>(uint* rules, int count, uint* columns, uint* found, int rows)
        where TFamily : struct, IFamily
    {
        int stride = NodeLayout.WideWords(TFamily.AddressWords);
        int words = 2 * TFamily.AddressWords;
        int ports = NodeLayout.WidePorts(TFamily.AddressWords);
        uint* ends = columns + (words * NodeLayout.Rows);
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            Vector128<ushort> bothPorts =
                (Vector128.Load(ends + row) | (Vector128.Load(ends + NodeLayout.Rows + row) << 16)).AsUInt16();
            Vector128<uint> protocol = Vector128.Load(ends + (2 * NodeLayout.Rows) + row);
            Vector128<uint> best = Vector128<uint>.Zero;
            uint* rule = rules;
            for (uint i = 1; i <= (uint)count; i++)
            {
                rule += stride;
                Vector128<uint> differing = (protocol ^ Vector128.Create(rule[ports + 2])) & Vector128.Create(rule[ports + 3]);
                for (int word = 0; word < words; word++)
                {
                    differing |= (Vector128.Load(columns + (word * NodeLayout.Rows) + row) ^ Vector128.Create(rule[2 * word]))
                        & Vector128.Create(rule[(2 * word) + 1]);
                }

                differing |= (Vector128.SubtractSaturate(Vector128.Create(rule[ports]).AsUInt16(), bothPorts)
                    | Vector128.SubtractSaturate(bothPorts, Vector128.Create(rule[ports + 1]).AsUInt16())).AsUInt32();
                best = Vector128.ConditionalSelect(Vector128.Equals(differing, Vector128<uint>.Zero), Vector128.Create(i), best);
            }

            best.Store(found + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint OnTheWay(uint* references, uint first, int rows, uint* places) =>
        ScalarLanes.OnTheWay(references, first, rows, places);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Least(ulong* orders, ulong* found, int trees, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<ulong>.Count)
        {
            Vector128<ulong> least = Vector128.Load(orders + row);
            for (int tree = 0; tree < trees; tree++)
            {
                least = Vector128.Min(least, Vector128.Load(found + (tree * NodeLayout.Rows) + row));
            }

            least.Store(orders + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ids(ulong* orders, int* ids, int rows)
    {
        for (int row = 0; row < rows; row += Vector128<uint>.Count)
        {
            Vector128.Narrow(Vector128.Load(orders + row), Vector128.Load(orders + row + Vector128<ulong>.Count)).Store((uint*)ids + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(Vector128<ushort> fields, uint* to)
    {
        Vector128.WidenLower(fields).Store(to);
        Vector128.WidenUpper(fields).Store(to + Vector128<uint>.Count);
    }
}
