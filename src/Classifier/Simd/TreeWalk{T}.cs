using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// Takes up to 64 keys through all trees, stage by stage over all of them, so that the misses of one key in one tree are
/// hidden behind the work of the others; inside a stage there is no branch that depends on what a key or a rule says.
/// </summary>
/// <remarks>
/// Bounds: columns have 64 rows, the working columns of places and answers as many for each tree there may be. Every
/// reference in a node was written by <see cref="TreeWriter"/> and names a node or leaf in the same region; a step reads
/// a node's two lines, and a leaf is never shorter, so a row that has arrived may be read as if it were a node. Its word
/// of meaning is masked to the size of the columns.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
internal static unsafe class TreeWalk<TLanes>
    where TLanes : struct, ILanes
{
    private const int Rows = NodeLayout.Rows;

    // Trees of more bytes than this are walked with prefetches: beyond the second cache they pay for themselves.
    private const long NearBytes = 2 << 20;

    /// <summary>Writes the order of the best rule, or of none, for each row.</summary>
    /// <param name="view">The rules; some.</param>
    /// <param name="scratch">The keys, and room to work.</param>
    /// <param name="rows">How many, up to 64.</param>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find<TFamily>(FamilyView view, in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        byte* memory = (byte*)view.Region.Address;
        ReadOnlySpan<TreeRoot> trees = view.Trees.AsSpan();
        bool isFar = Sse.IsSupported && view.Bytes > NearBytes;
        int mostRounds = 0;
        for (int tree = 0; tree < trees.Length; tree++)
        {
            uint* references = scratch.References + (tree * Rows);
            EnterTree(memory, trees[tree], scratch.Columns, references, rows);
            mostRounds = Math.Max(mostRounds, trees[tree].Rounds);
            for (int row = 0; isFar && row < rows; row++)
            {
                Fetch(At(memory, references[row]));
            }
        }

        // While the first nodes are on their way.
        MatchWide<TFamily>(view, memory, scratch, rows);
        for (int round = 0; round < mostRounds; round++)
        {
            for (int tree = 0; tree < trees.Length; tree++)
            {
                uint* references = scratch.References + (tree * Rows);
                if (round < trees[tree].Rounds && isFar)
                {
                    StepFar(memory, scratch.Columns, references, rows);
                }
                else if (round < trees[tree].Rounds)
                {
                    Step(memory, scratch.Columns, references, rows);
                }
            }
        }

        DescendRest(memory, trees, scratch.Columns, scratch.References, scratch.Rows, rows);
        for (int tree = 0; tree < trees.Length; tree++)
        {
            uint* references = scratch.References + (tree * Rows);
            ulong* found = scratch.Found + (tree * Rows);
            if (trees[tree].HasChains)
            {
                MatchChains<TFamily>(memory, references, scratch.Keys, found, scratch.Rows, rows);
            }
            else
            {
                MatchLeaves<TFamily>(memory, references, scratch.Keys, found, rows);
            }
        }

        TLanes.Least(scratch.Orders, scratch.Found, trees.Length, rows);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatchWide<TFamily>(FamilyView view, byte* memory, in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        ulong* orders = scratch.Orders;
        if (view.WideCount == 0)
        {
            new Span<ulong>(orders, Rows).Fill(NodeLayout.NoOrder);
            return;
        }

        LookupWork.Wide(view.WideCount * rows);
        uint* rules = (uint*)(memory + ((long)view.WideStart * NodeLayout.UnitBytes));
        uint* found = scratch.Rows;
        TLanes.MatchWide<TFamily>(rules, view.WideCount, scratch.Columns, found, rows);
        ulong* order = (ulong*)(rules + NodeLayout.WideOrder(TFamily.AddressWords));
        nuint stride = (nuint)NodeLayout.WideWords(TFamily.AddressWords) * sizeof(uint) / sizeof(ulong);
        for (int row = 0; row < rows; row++)
        {
            orders[row] = order[found[row] * stride];
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EnterTree(byte* memory, in TreeRoot tree, uint* columns, uint* references, int rows)
    {
        if ((tree.Reference & NodeLayout.LeafBit) != 0)
        {
            new Span<uint>(references, rows).Fill(tree.Reference);
            return;
        }

        LookupWork.Step(rows);
        uint* root = (uint*)At(memory, tree.Reference);
        if (tree.TableBits > 0)
        {
            uint* column = columns + (tree.Dimension * Rows);
            int shift = 32 - tree.TableBits;
            for (int row = 0; row < rows; row++)
            {
                references[row] = root[column[row] >> shift];
            }

            return;
        }

        uint meaning = root[NodeLayout.MostChildren - 1];
        TLanes.RootChildren(
            root, (int)(meaning >> NodeLayout.ChildrenShift), (uint*)((byte*)columns + (meaning & NodeLayout.ColumnMask)), references, rows);
    }

    // One step of all rows; those that have arrived stay where they are.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(byte* memory, uint* columns, uint* references, int rows)
    {
        uint* end = references + rows;
        for (; references < end; references++, columns++)
        {
            uint from = *references;
            uint to = Next(memory, columns, from);
            *references = to ^ ((to ^ from) & (0 - (from & NodeLayout.LeafBit)));
        }
    }

    // The same where the second cache does not hold the trees: what a row reads next is fetched while the others go.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StepFar(byte* memory, uint* columns, uint* references, int rows)
    {
        uint* end = references + rows;
        for (; references < end; references++, columns++)
        {
            uint from = *references;
            uint to = Next(memory, columns, from);
            to ^= (to ^ from) & (0 - (from & NodeLayout.LeafBit));
            *references = to;
            Fetch(At(memory, to));
        }
    }

    // The rows still on their way in any tree, until none is left.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DescendRest(byte* memory, ReadOnlySpan<TreeRoot> trees, uint* columns, uint* references, uint* going, int rows)
    {
        nuint left = 0;
        for (int tree = 0; tree < trees.Length; tree++)
        {
            if (trees[tree].IsUneven)
            {
                left += TLanes.OnTheWay(references, (uint)(tree * Rows), rows, going + left);
            }
        }

        while (left > 0)
        {
            nuint still = 0;
            for (nuint i = 0; i < left; i++)
            {
                nuint place = going[i];
                uint to = Next(memory, columns + (place % Rows), references[place]);
                references[place] = to;
                going[still] = (uint)place;
                still += (to & NodeLayout.LeafBit) ^ 1;
            }

            left = still;
        }
    }

    // The child of a node that takes a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Next(byte* memory, uint* column, uint reference)
    {
        LookupWork.Step(1);
        uint* node = (uint*)At(memory, reference);
        uint value = *(uint*)((byte*)column + (node[NodeLayout.MostChildren - 1] & NodeLayout.ColumnMask));
        return (node + NodeLayout.MostChildren)[TLanes.ChildOf(node, value)];
    }

    // What a node has, and a leaf of the smaller family.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* first)
    {
        Sse.Prefetch0(first);
        Sse.Prefetch0(first + NodeLayout.UnitBytes);
        Sse.Prefetch0(first + (2 * NodeLayout.UnitBytes));
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatchLeaves<TFamily>(byte* memory, uint* references, ulong* keys, ulong* found, int rows)
        where TFamily : struct, IFamily
    {
        uint* end = references + rows;
        for (; references < end; references++, keys++, found++)
        {
            LookupWork.Block();
            byte* leaf = At(memory, *references) - NodeLayout.StepBytes;

            // The fifth order, which stands after the four of the rules, is the one of no match.
            nuint first = (nuint)BitOperations.TrailingZeroCount(TLanes.Match<TFamily>(leaf, keys) | (1u << NodeLayout.LeafRules));
            *found = Orders<TFamily>(leaf)[first];
        }
    }

    // The same for leaves that may go on in a next block: rows without a match and with a next block go on.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatchChains<TFamily>(byte* memory, uint* references, ulong* keys, ulong* found, uint* going, int rows)
        where TFamily : struct, IFamily
    {
        nuint left = (nuint)rows;
        for (nuint row = 0; row < left; row++)
        {
            going[row] = (uint)row;
        }

        while (left > 0)
        {
            nuint still = 0;
            for (nuint i = 0; i < left; i++)
            {
                nuint row = going[i];
                LookupWork.Block();
                byte* leaf = At(memory, references[row]) - NodeLayout.StepBytes;
                uint matches = TLanes.Match<TFamily>(leaf, keys + row) | (1u << NodeLayout.LeafRules);
                nuint first = (nuint)BitOperations.TrailingZeroCount(matches);
                ulong* orders = Orders<TFamily>(leaf);
                uint next = (uint)orders[NodeLayout.LeafRules + 1];
                found[row] = orders[first];
                references[row] = next;
                going[still] = (uint)row;
                still += (first >> 2) & (next != 0 ? 1u : 0u);
            }

            left = still;
        }
    }

    // Of a leaf, 8 bytes too far: the leaf bit is not masked off, as the offset that makes up for it costs nothing.
    private static byte* At(byte* memory, uint reference) => memory + ((nuint)reference * NodeLayout.StepBytes);

    private static ulong* Orders<TFamily>(byte* leaf)
        where TFamily : struct, IFamily => (ulong*)(leaf + ((TFamily.PairWords + 1) * NodeLayout.UnitBytes));
}
