using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>Vectors of 256 bits; a leaf's block takes one.</summary>
internal readonly unsafe struct Lanes256 : ILanes
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(uint* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            Vector256.Load(from + row).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ushort* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<ushort>.Count)
        {
            Vector256<ushort> fields = Vector256.Load(from + row);
            Vector256.WidenLower(fields).Store(to + row);
            Vector256.WidenUpper(fields).Store(to + row + Vector256<uint>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(byte* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<byte>.Count)
        {
            Vector256<byte> fields = Vector256.Load(from + row);
            Widen(Vector256.WidenLower(fields), to + row);
            Widen(Vector256.WidenUpper(fields), to + row + Vector256<ushort>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pair(uint* low, uint* high, ulong* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            Vector256<uint> lows = Vector256.Load(low + row);
            Vector256<uint> highs = Vector256.Load(high + row);
            (Vector256.WidenLower(lows) | (Vector256.WidenLower(highs) << 32)).Store(to + row);
            (Vector256.WidenUpper(lows) | (Vector256.WidenUpper(highs) << 32)).Store(to + row + Vector256<ulong>.Count);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PairFields(uint* low, uint* high, uint* to, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            (Vector256.Load(low + row) | (Vector256.Load(high + row) << 16)).Store(to + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ChildOf(uint* node, uint value)
    {
        // The 16th lane is no separator.
        Vector256<uint> values = Vector256.Create(value);
        uint notAbove = Vector256.GreaterThanOrEqual(values, Vector256.Load(node)).ExtractMostSignificantBits();
        notAbove |= Vector256.GreaterThanOrEqual(values, Vector256.Load(node + 8)).ExtractMostSignificantBits() << 8;
        return (nuint)BitOperations.PopCount(notAbove & 0x7fff);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RootChildren(uint* root, int children, uint* column, uint* references, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            Vector256<uint> values = Vector256.Load(column + row);
            Vector256<uint> child = Vector256<uint>.Zero;
            for (int separator = 0; separator < children - 1; separator++)
            {
                child -= Vector256.GreaterThanOrEqual(values, Vector256.Create(root[separator]));
            }

            child.Store(references + row);
            for (int lane = row; lane < row + Vector256<uint>.Count; lane++)
            {
                references[lane] = root[NodeLayout.MostChildren + references[lane]];
            }
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
        int stride = NodeLayout.WideWords(TFamily.AddressWords);
        int words = 2 * TFamily.AddressWords;
        int ports = NodeLayout.WidePorts(TFamily.AddressWords);
        uint* ends = columns + (words * NodeLayout.Rows);
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            Vector256<ushort> bothPorts =
                (Vector256.Load(ends + row) | (Vector256.Load(ends + NodeLayout.Rows + row) << 16)).AsUInt16();
            Vector256<uint> protocol = Vector256.Load(ends + (2 * NodeLayout.Rows) + row);
            Vector256<uint> best = Vector256<uint>.Zero;
            uint* rule = rules;
            for (uint i = 1; i <= (uint)count; i++)
            {
                rule += stride;
                Vector256<uint> differing = (protocol ^ Vector256.Create(rule[ports + 2])) & Vector256.Create(rule[ports + 3]);
                for (int word = 0; word < words; word++)
                {
                    differing |= (Vector256.Load(columns + (word * NodeLayout.Rows) + row) ^ Vector256.Create(rule[2 * word]))
                        & Vector256.Create(rule[(2 * word) + 1]);
                }

                differing |= (Vector256.SubtractSaturate(Vector256.Create(rule[ports]).AsUInt16(), bothPorts)
                    | Vector256.SubtractSaturate(bothPorts, Vector256.Create(rule[ports + 1]).AsUInt16())).AsUInt32();
                best = Vector256.ConditionalSelect(Vector256.Equals(differing, Vector256<uint>.Zero), Vector256.Create(i), best);
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
        for (int row = 0; row < rows; row += Vector256<ulong>.Count)
        {
            Vector256<ulong> least = Vector256.Load(orders + row);
            for (int tree = 0; tree < trees; tree++)
            {
                least = Vector256.Min(least, Vector256.Load(found + (tree * NodeLayout.Rows) + row));
            }

            least.Store(orders + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ids(ulong* orders, int* ids, int rows)
    {
        for (int row = 0; row < rows; row += Vector256<uint>.Count)
        {
            Vector256.Narrow(Vector256.Load(orders + row), Vector256.Load(orders + row + Vector256<ulong>.Count)).Store((uint*)ids + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(Vector256<ushort> fields, uint* to)
    {
        Vector256.WidenLower(fields).Store(to);
        Vector256.WidenUpper(fields).Store(to + Vector256<uint>.Count);
    }
}
