namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// What lookups do with vectors, once for each width. Pointers are good for whole vectors: columns are
/// <c>NodeLayout.Rows</c> long whatever the number of rows, nodes and leaves lie in whole cache lines.
/// </summary>
internal unsafe interface ILanes
{
    /// <summary>True when this processor does it in hardware.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Copies a column.</summary>
    static abstract void Copy(uint* from, uint* to, int rows);

    /// <summary>Copies a column of 16-bit fields into one of 32-bit words.</summary>
    static abstract void Widen(ushort* from, uint* to, int rows);

    /// <summary>Copies a column of 8-bit fields into one of 32-bit words.</summary>
    static abstract void Widen(byte* from, uint* to, int rows);

    /// <summary>Two columns of 32-bit words as one of 64-bit words.</summary>
    static abstract void Pair(uint* low, uint* high, ulong* to, int rows);

    /// <summary>Two columns of 16-bit values as one of 32-bit words.</summary>
    static abstract void PairFields(uint* low, uint* high, uint* to, int rows);

    /// <summary>The child of a node that takes a value: how many of its 15 separators are not above it.</summary>
    static abstract nuint ChildOf(uint* node, uint value);

    /// <summary>References of the root's children for all values of a column.</summary>
    static abstract void RootChildren(uint* root, int children, uint* column, uint* references, int rows);

    /// <summary>Bit i: rule i of a leaf's block matches a key: <c>PairWords</c> words and one of ports and protocol, a column apart.</summary>
    static abstract uint Match<TFamily>(byte* leaf, ulong* key)
        where TFamily : struct, IFamily;

    /// <summary>Number of the best wide rule for each row, from 1, or 0 for none.</summary>
    static abstract void MatchWide<TFamily>(uint* rules, int count, uint* columns, uint* found, int rows)
        where TFamily : struct, IFamily;

    /// <summary>
    /// Lists the rows of a tree that are not at a leaf yet, as their places in the columns of all trees; up to a whole
    /// vector is written behind the list.
    /// </summary>
    /// <returns>How many.</returns>
    static abstract nuint OnTheWay(uint* references, uint first, int rows, uint* places);

    /// <summary>The least order of each row, of its own and those found in each tree, into the first.</summary>
    static abstract void Least(ulong* orders, ulong* found, int trees, int rows);

    /// <summary>The ids of orders: their low halves.</summary>
    static abstract void Ids(ulong* orders, int* ids, int rows);
}
