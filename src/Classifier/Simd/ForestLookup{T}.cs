using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// Looks up 64 keys at a time: brings them into working columns, asks what is remembered, and has <see cref="TreeWalk{TLanes}"/>
/// find the rest.
/// </summary>
/// <remarks>
/// Bounds: working columns have 64 rows, and no more are copied at once. Methods with loops are compiled fully at once: the
/// first packets shall not meet slow code.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
internal sealed unsafe class ForestLookup<TLanes> : ForestLookup
    where TLanes : struct, ILanes
{
    private const int Rows = NodeLayout.Rows;

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
                    ClassifyAll<Ipv4Family>(version.Ipv4, first, keys, start, rows, ids + start);
                }
                else if (etherTypes.IndexOfAnyExcept(AddressPrefix.Ipv6EtherType) < 0)
                {
                    ClassifyAll<Ipv6Family>(version.Ipv6, first, keys, start, rows, ids + start);
                }
                else
                {
                    new Span<int>(ids + start, rows).Fill(IFlowClassifier.NoMatch);
                    ClassifySome<Ipv4Family>(version.Ipv4, first, keys, start, rows, ids + start);
                    ClassifySome<Ipv6Family>(version.Ipv6, first, keys, start, rows, ids + start);
                }
            }
        }

        // A frozen version that nobody else holds keeps its nodes from being used for other things until here.
        GC.KeepAlive(version);
    }

    // Rows of one family only: columns are copied as they are.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClassifyAll<TFamily>(
        FamilyView view, DecisionCache? cache, FlowKeyBatch keys, int start, int rows, int* ids)
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

        Decide<TFamily>(view, cache, scratch, rows);
        TLanes.Ids(scratch.Orders, ids, rows);
    }

    // Rows of several families: those of this one are picked out, and the answers put back.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClassifySome<TFamily>(
        FamilyView view, DecisionCache? cache, FlowKeyBatch keys, int start, int rows, int* ids)
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

        Decide<TFamily>(view, cache, scratch, count);
        for (int row = 0; row < count; row++)
        {
            ids[picked[row]] = (int)(uint)scratch.Orders[row];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumn(ReadOnlySpan<uint> from, uint* to, int rows)
    {
        fixed (uint* words = from)
        {
            TLanes.Copy(words, to, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick(ReadOnlySpan<uint> from, int* picked, int count, uint* to)
    {
        for (int row = 0; row < count; row++)
        {
            to[row] = from[picked[row]];
        }
    }

    // By what is remembered, and for the rest by the rules.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Decide<TFamily>(FamilyView view, DecisionCache? cache, in Scratch scratch, int rows)
        where TFamily : struct, IFamily
    {
        Pair<TFamily>(scratch, rows);
        if (cache is null)
        {
            TreeWalk<TLanes>.Find<TFamily>(view, scratch, rows);
            return;
        }

        ulong** places = stackalloc ulong*[Rows];
        int count = cache.Look<TFamily, TLanes>(scratch, places, rows, view.Journal);
        if (count > 0)
        {
            FindMissing<TFamily>(view, cache, scratch, places, count);
        }
    }

    // The missing rows side by side, through the trees, and back to where they were.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindMissing<TFamily>(
        FamilyView view, DecisionCache cache, in Scratch scratch, ulong** places, int count)
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

        TreeWalk<TLanes>.Find<TFamily>(view, packed, count);
        JournalView journal = view.Journal;
        for (int i = 0; i < count; i++)
        {
            uint row = missing[i];
            scratch.Orders[row] = packed.Orders[i];
            cache.Put<TFamily>(scratch.Keys, row, places[row], packed.Orders[i], journal);
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
}
