using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// Looks up 64 keys at a time, stage by stage over all of them, so that the misses of one key are hidden behind the work
/// of the others; inside a stage there is no branch that depends on what a key or a rule says.
/// </summary>
/// <remarks>
/// Bounds: keys are copied into columns of 64 rows first. Every reference in a node was written by
/// <see cref="TreeWriter"/> and names a node or leaf in the same region; a step reads a node's two lines, and a leaf is
/// never shorter, so a row that has arrived may be read as if it were a node. Its word of meaning is masked to the
/// size of the columns. Methods with loops are compiled fully at once: the first packets shall not meet slow code.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
internal sealed unsafe class ForestLookup<TLanes> : ForestLookup
    where TLanes : struct, ILanes
{
    private const int Rows = NodeLayout.Rows;
    private const long NearBytes = 2 << 20;


    /// <inheritdoc/>
    public override bool IsSupported => TLanes.IsSupported;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Classify(ForestVersion version, FlowKeyBatch keys, Span<int> results, DecisionCache? cache)
    {
        DecisionCache? first = cache is not null && cache.IsWorthwhile() ? cache : null;
        ArgumentOutOfRangeException.ThrowIfLessThan(results.Length, keys.Capacity, nameof(results));
        fixed (int* ids = results)
        {
            for (int start = 0; start < keys.Count; start += Rows)
            {
                int rows = Math.Min(Rows, keys.Count - start);
                ReadOnlySpan<ushort> etherTypes = keys.EtherType.Slice(start, rows);
                if (etherTypes.IndexOfAnyExcept(AddressPrefix.Ipv4EtherType) < 0)
                {
                    ClassifyAll<Ipv4Family>(version, version.Ipv4, first, keys, start, rows, ids + start);
                }
                else if (etherTypes.IndexOfAnyExcept(AddressPrefix.Ipv6EtherType) < 0)
                {
                    ClassifyAll<Ipv6Family>(version, version.Ipv6, first, keys, start, rows, ids + start);
                }
                else
                {
                    new Span<int>(ids + start, rows).Fill(IFlowClassifier.NoMatch);
                    ClassifySome<Ipv4Family>(version, version.Ipv4, first, keys, start, rows, ids + start);
                    ClassifySome<Ipv6Family>(version, version.Ipv6, first, keys, start, rows, ids + start);
                }
            }
        }

        // A frozen version that nobody else holds keeps its nodes from being used for other things until here.
        GC.KeepAlive(version);
    }

    // Rows of one family only: columns are copied as they are.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClassifyAll<TFamily>(
        ForestVersion version, FamilyView view, DecisionCache? cache, FlowKeyBatch keys, int start, int rows, int* ids)
        where TFamily : struct, IFamily
    {
        if (view.IsEmpty)
        {
            new Span<int>(ids, rows).Fill(IFlowClassifier.NoMatch);
            return;
        }

        byte* memory = stackalloc byte[Scratch.Bytes];
        Scratch scratch = new(memory);
        uint* columns = scratch.Columns;
        for (int word = 0; word < TFamily.AddressWords; word++)
        {
            CopyColumn(keys.SourceAddress(TFamily.AddressWords - 1 - word)[start..], columns + (word * Rows), rows);
            CopyColumn(keys.DestinationAddress(TFamily.AddressWords - 1 - word)[start..], columns + ((TFamily.AddressWords + word) * Rows), rows);
        }

        uint* ends = columns + (2 * TFamily.AddressWords * Rows);
        fixed (ushort* source = keys.SourcePort[start..], destination = keys.DestinationPort[start..])
        fixed (byte* protocol = keys.Protocol[start..])
        {
            TLanes.Widen(source, ends, rows);
            TLanes.Widen(destination, ends + Rows, rows);
            TLanes.Widen(protocol, ends + (2 * Rows), rows);
        }

        Decide<TFamily>(version, view, cache, scratch, rows);
        TLanes.Ids(scratch.Orders, ids, rows);
    }

    // Rows of several families: those of this one are picked out, and the answers put back.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClassifySome<TFamily>(
        ForestVersion version, FamilyView view, DecisionCache? cache, FlowKeyBatch keys, int start, int rows, int* ids)
        where TFamily : struct, IFamily
    {
        int* picked = stackalloc int[Rows];
        int count = 0;
        ReadOnlySpan<ushort> etherTypes = keys.EtherType.Slice(start, rows);
        for (int row = 0; row < rows; row++)
        {
            picked[count] = row;
            count += etherTypes[row] == view.Dimensions.EtherType ? 1 : 0;
        }

        if (count == 0 || view.IsEmpty)
        {
            return;
        }

        byte* memory = stackalloc byte[Scratch.Bytes];
        Scratch scratch = new(memory);
        uint* columns = scratch.Columns;
        for (int word = 0; word < TFamily.AddressWords; word++)
        {
            Pick(keys.SourceAddress(TFamily.AddressWords - 1 - word)[start..], picked, count, columns + (word * Rows));
            Pick(keys.DestinationAddress(TFamily.AddressWords - 1 - word)[start..], picked, count, columns + ((TFamily.AddressWords + word) * Rows));
        }

        uint* ends = columns + (2 * TFamily.AddressWords * Rows);
        for (int row = 0; row < count; row++)
        {
            ends[row] = keys.SourcePort[start + picked[row]];
            ends[Rows + row] = keys.DestinationPort[start + picked[row]];
            ends[(2 * Rows) + row] = keys.Protocol[start + picked[row]];
        }

        Decide<TFamily>(version, view, cache, scratch, count);
        for (int row = 0; row < count; row++)
        {
            ids[picked[row]] = (int)(uint)scratch.Orders[row];
        }
    }

    private static void CopyColumn(ReadOnlySpan<uint> from, uint* to, int rows)
    {
        fixed (uint* words = from)
        {
            TLanes.Copy(words, to, rows);
        }
    }

    private static void Pick(ReadOnlySpan<uint> from, int* picked, int count, uint* to)
    {
        for (int row = 0; row < count; row++)
        {
            to[row] = from[picked[row]];
        }
    }

    // By what is remembered, and for the rest by the rules.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Decide<TFamily>(
        ForestVersion version, FamilyView view, DecisionCache? cache, in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        Pair<TFamily>(scratch, rows);
        if (cache is null)
        {
            Find<TFamily>(view, scratch, rows);
            return;
        }

        ulong** places = stackalloc ulong*[Rows];
        int count = cache.Look<TFamily>(scratch.Keys, scratch.Columns, scratch.Orders, scratch.Rows, places, rows, version);
        if (count > 0)
        {
            FindMissing<TFamily>(version, view, cache, scratch, places, count);
        }
    }

    // The missing rows side by side, through the trees, and back to where they were.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindMissing<TFamily>(
        ForestVersion version, FamilyView view, DecisionCache cache, in Scratch scratch, ulong** places, int count)
        where TFamily : struct, IFamily
    {
        byte* memory = stackalloc byte[Scratch.Bytes];
        Scratch packed = new(memory);
        uint* missing = scratch.Rows;
        for (int dimension = 0; dimension < (2 * TFamily.AddressWords) + 3; dimension++)
        {
            for (int i = 0; i < count; i++)
            {
                packed.Columns[(dimension * Rows) + i] = scratch.Columns[(dimension * Rows) + (int)missing[i]];
            }
        }

        for (int word = 0; word <= TFamily.PairWords; word++)
        {
            for (int i = 0; i < count; i++)
            {
                packed.Keys[(word * Rows) + i] = scratch.Keys[(word * Rows) + (int)missing[i]];
            }
        }

        Find<TFamily>(view, packed, count);
        for (int i = 0; i < count; i++)
        {
            uint row = missing[i];
            scratch.Orders[row] = packed.Orders[i];
            cache.Put<TFamily>(scratch.Keys, row, places[row], packed.Orders[i], version.Number);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Find<TFamily>(FamilyView view, in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        uint* columns = scratch.Columns;
        ulong* keys = scratch.Keys;
        ulong* orders = scratch.Orders;
        ulong* found = scratch.Found;
        uint* references = scratch.References;
        byte* memory = (byte*)view.Region.Address;
        if (view.WideCount > 0)
        {
            MatchWide<TFamily>((uint*)(memory + ((long)view.WideStart * NodeLayout.UnitBytes)), view.WideCount, columns, orders, references, rows);
        }
        else
        {
            new Span<ulong>(orders, Rows).Fill(NodeLayout.NoOrder);
        }

        bool isFar = Sse.IsSupported && view.Region.Bytes > NearBytes;
        foreach (ref readonly TreeRoot tree in view.Trees.AsSpan())
        {
            EnterTree(memory, tree, columns, references, rows);
            if (isFar)
            {
                DescendFar(memory, columns, references, rows, tree.Rounds);
            }
            else
            {
                Descend(memory, columns, references, rows, tree.Rounds);
            }

            if (tree.IsUneven)
            {
                DescendRest(memory, columns, references, scratch.Rows, rows);
            }

            if (tree.HasChains)
            {
                MatchChains<TFamily>(memory, references, keys, found, scratch.Rows, rows);
            }
            else
            {
                MatchLeaves<TFamily>(memory, references, keys, found, rows);
            }

            TLanes.Least(orders, found, rows);
        }

    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatchWide<TFamily>(uint* rules, int count, uint* columns, ulong* orders, uint* found, int rows)
        where TFamily : struct, IFamily
    {
        TLanes.MatchWide<TFamily>(rules, count, columns, found, rows);
        ulong* order = (ulong*)(rules + NodeLayout.WidePorts(TFamily.AddressWords) + 4);
        nuint stride = (nuint)NodeLayout.WideWords(TFamily.AddressWords) * sizeof(uint) / sizeof(ulong);
        for (int row = 0; row < rows; row++)
        {
            orders[row] = order[found[row] * stride];
        }
    }

    // Keys as leaves compare them, in columns: address words in pairs, then both ports and the protocol.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair<TFamily>(in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        uint* columns = scratch.Columns;
        if (TFamily.PairWords == 1)
        {
            TLanes.Pair(columns, columns + Rows, scratch.Keys, rows);
        }
        else
        {
            for (int pair = 0; pair < TFamily.PairWords; pair++)
            {
                uint* high = columns + (2 * pair * Rows);
                TLanes.Pair(high + Rows, high, scratch.Keys + (pair * Rows), rows);
            }
        }

        uint* ends = columns + (2 * TFamily.AddressWords * Rows);
        TLanes.PairFields(ends, ends + Rows, scratch.References, rows);
        TLanes.Pair(scratch.References, ends + (2 * Rows), scratch.Keys + (TFamily.PairWords * Rows), rows);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EnterTree(byte* memory, in TreeRoot tree, uint* columns, uint* references, int rows)
    {
        if ((tree.Reference & NodeLayout.LeafBit) != 0)
        {
            new Span<uint>(references, rows).Fill(tree.Reference);
            return;
        }

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

    // Steps that most rows have to take: all rows take them, and those that have arrived stay where they are.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Descend(byte* memory, uint* columns, uint* references, int rows, int rounds)
    {
        uint* end = references + rows;
        for (int round = 0; round < rounds; round++)
        {
            uint* column = columns;
            for (uint* reference = references; reference < end; reference++, column++)
            {
                uint from = *reference;
                uint* node = (uint*)At(memory, from);
                uint value = *(uint*)((byte*)column + (node[NodeLayout.MostChildren - 1] & NodeLayout.ColumnMask));
                uint to = (node + NodeLayout.MostChildren)[TLanes.ChildOf(node, value)];
                uint arrived = 0 - (from & NodeLayout.LeafBit);
                *reference = to ^ ((to ^ from) & arrived);
            }
        }
    }

    // The same where the second cache does not hold the trees: what a row reads next is fetched while the others go.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DescendFar(byte* memory, uint* columns, uint* references, int rows, int rounds)
    {
        uint* end = references + rows;
        for (uint* reference = references; reference < end; reference++)
        {
            byte* first = At(memory, *reference);
            Sse.Prefetch0(first);
            Sse.Prefetch0(first + 64);
        }

        for (int round = 0; round < rounds; round++)
        {
            uint* column = columns;
            for (uint* reference = references; reference < end; reference++, column++)
            {
                uint from = *reference;
                uint* node = (uint*)At(memory, from);
                uint value = *(uint*)((byte*)column + (node[NodeLayout.MostChildren - 1] & NodeLayout.ColumnMask));
                uint to = (node + NodeLayout.MostChildren)[TLanes.ChildOf(node, value)];
                uint arrived = 0 - (from & NodeLayout.LeafBit);
                to ^= (to ^ from) & arrived;
                *reference = to;
                byte* next = At(memory, to);
                Sse.Prefetch0(next);
                Sse.Prefetch0(next + 64);
                Sse.Prefetch0(next + 128);
            }
        }
    }

    // The rows still on their way, until none is left.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DescendRest(byte* memory, uint* columns, uint* references, uint* going, int rows)
    {
        nuint left = 0;
        for (nuint row = 0; row < (nuint)rows; row++)
        {
            going[left] = (uint)row;
            left += (references[row] & NodeLayout.LeafBit) ^ 1;
        }

        while (left > 0)
        {
            nuint still = 0;
            for (nuint i = 0; i < left; i++)
            {
                nuint row = going[i];
                uint* node = (uint*)At(memory, references[row]);
                uint value = *(uint*)((byte*)(columns + row) + (node[NodeLayout.MostChildren - 1] & NodeLayout.ColumnMask));
                uint to = (node + NodeLayout.MostChildren)[TLanes.ChildOf(node, value)];
                references[row] = to;
                going[still] = (uint)row;
                still += (to & NodeLayout.LeafBit) ^ 1;
            }

            left = still;
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatchLeaves<TFamily>(byte* memory, uint* references, ulong* keys, ulong* found, int rows)
        where TFamily : struct, IFamily
    {
        uint* end = references + rows;
        for (; references < end; references++, keys++, found++)
        {
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
