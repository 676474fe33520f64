using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>The scalar twin of the vector versions.</summary>
internal readonly unsafe struct ScalarLanes : ILanes
{
    /// <inheritdoc/>
    public static bool IsSupported => true;

    /// <inheritdoc/>
    public static void Copy(uint* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = from[row];
        }
    }

    /// <inheritdoc/>
    public static void Widen(ushort* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = from[row];
        }
    }

    /// <inheritdoc/>
    public static void Widen(byte* from, uint* to, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = from[row];
        }
    }

    /// <inheritdoc/>
    public static void Pair(uint* low, uint* high, ulong* to, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = low[row] | ((ulong)high[row] << 32);
        }
    }

    /// <inheritdoc/>
    public static void PairFields(uint* low, uint* high, uint* to, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = low[row] | (high[row] << 16);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ChildOf(uint* node, uint value)
    {
        // Every second of the first, then the one between: four compares instead of fifteen.
        nuint child = 0;
        child += value >= node[7] ? 8u : 0;
        child += value >= node[child + 3] ? 4u : 0;
        child += value >= node[child + 1] ? 2u : 0;
        return child + (value >= node[child] ? 1u : 0);
    }

    /// <inheritdoc/>
    public static void RootChildren(uint* root, int children, uint* column, uint* references, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            references[row] = root[NodeLayout.MostChildren + ChildOf(root, column[row])];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match<TFamily>(byte* leaf, ulong* key)
        where TFamily : struct, IFamily
    {
        ulong* words = (ulong*)leaf;
        ushort* least = (ushort*)(words + (2 * TFamily.PairWords * NodeLayout.LeafRules));
        ushort* largest = least + (4 * NodeLayout.LeafRules);
        ushort* ports = (ushort*)(key + (TFamily.PairWords * NodeLayout.Rows));
        uint matches = 0;
        for (int rule = 0; rule < NodeLayout.LeafRules; rule++)
        {
            ulong differing = 0;
            for (int pair = 0; pair < TFamily.PairWords; pair++)
            {
                differing |= (key[pair * NodeLayout.Rows] ^ words[(2 * pair * NodeLayout.LeafRules) + rule])
                    & words[(((2 * pair) + 1) * NodeLayout.LeafRules) + rule];
            }

            bool inside = true;
            for (int field = 0; field < 4; field++)
            {
                ushort value = ports[field];
                inside &= value >= least[(4 * rule) + field] && value <= largest[(4 * rule) + field];
            }

            matches |= differing == 0 && inside ? 1u << rule : 0;
        }

        return matches;
    }

    /// <inheritdoc/>
    public static void MatchWide<TFamily>(uint* rules, int count, uint* columns, uint* found, int rows)
        where TFamily : struct, IFamily
    {
        for (int row = 0; row < rows; row++)
        {
            found[row] = 0;
            for (int i = 1; i <= count; i++)
            {
                found[row] = MatchesWide<TFamily>(rules + (i * NodeLayout.WideWords(TFamily.AddressWords)), columns + row) ? (uint)i : found[row];
            }
        }
    }

    /// <summary>True when one key matches one wide rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="key">The key, in columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MatchesWide<TFamily>(uint* rule, uint* key)
        where TFamily : struct, IFamily
    {
        int ports = NodeLayout.WidePorts(TFamily.AddressWords);
        uint* ends = key + (2 * TFamily.AddressWords * NodeLayout.Rows);
        uint differing = (ends[2 * NodeLayout.Rows] ^ rule[ports + 2]) & rule[ports + 3];
        for (int dimension = 0; dimension < 2 * TFamily.AddressWords; dimension++)
        {
            differing |= (key[dimension * NodeLayout.Rows] ^ rule[2 * dimension]) & rule[(2 * dimension) + 1];
        }

        uint source = ends[0], destination = ends[NodeLayout.Rows];
        bool inside = source >= (ushort)rule[ports] && source <= (ushort)rule[ports + 1]
            && destination >= rule[ports] >> 16 && destination <= rule[ports + 1] >> 16;
        return differing == 0 && inside;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint OnTheWay(uint* references, uint first, int rows, uint* places)
    {
        nuint count = 0;
        for (uint place = first; place < first + (uint)rows; place++)
        {
            places[count] = place;
            count += (references[place] & NodeLayout.LeafBit) ^ 1;
        }

        return count;
    }

    /// <inheritdoc/>
    public static void Least(ulong* orders, ulong* found, int trees, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int tree = 0; tree < trees; tree++)
            {
                orders[row] = Math.Min(orders[row], found[(tree * NodeLayout.Rows) + row]);
            }
        }
    }

    /// <inheritdoc/>
    public static void Ids(ulong* orders, int* ids, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            ids[row] = (int)(uint)orders[row];
        }
    }
}
