using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>Vectors of 512 bits; a leaf's block takes one, of 256.</summary>
internal readonly unsafe struct Lanes512 : ILanes
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

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
        int stride = NodeLayout.WideWords(TFamily.AddressWords);
        int words = 2 * TFamily.AddressWords;
        int ports = NodeLayout.WidePorts(TFamily.AddressWords);
        uint* ends = columns + (words * NodeLayout.Rows);
        for (int row = 0; row < rows; row += Vector512<uint>.Count)
        {
            Vector512<ushort> bothPorts =
                (Vector512.Load(ends + row) | (Vector512.Load(ends + NodeLayout.Rows + row) << 16)).AsUInt16();
            Vector512<uint> protocol = Vector512.Load(ends + (2 * NodeLayout.Rows) + row);
            Vector512<uint> best = Vector512<uint>.Zero;
            uint* rule = rules;
            for (uint i = 1; i <= (uint)count; i++)
            {
                rule += stride;
                Vector512<uint> differing = (protocol ^ Vector512.Create(rule[ports + 2])) & Vector512.Create(rule[ports + 3]);
                for (int word = 0; word < words; word++)
                {
                    differing |= (Vector512.Load(columns + (word * NodeLayout.Rows) + row) ^ Vector512.Create(rule[2 * word]))
                        & Vector512.Create(rule[(2 * word) + 1]);
                }

                differing |= (Vector512.SubtractSaturate(Vector512.Create(rule[ports]).AsUInt16(), bothPorts)
                    | Vector512.SubtractSaturate(bothPorts, Vector512.Create(rule[ports + 1]).AsUInt16())).AsUInt32();
                best = Vector512.ConditionalSelect(Vector512.Equals(differing, Vector512<uint>.Zero), Vector512.Create(i), best);
            }

            best.Store(found + row);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Least(ulong* orders, ulong* others, int rows)
    {
        for (int row = 0; row < rows; row += Vector512<ulong>.Count)
        {
            Vector512.Min(Vector512.Load(orders + row), Vector512.Load(others + row)).Store(orders + row);
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
