using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>
/// Where the working columns of a lookup lie in one block on the stack. All of them begin at a cache line: stack memory is
/// aligned to 16 bytes only, and a vector that crosses lines cannot be handed from its store to the loads that follow,
/// which made every second process half as fast as the others.
/// </summary>
/// <param name="memory">A block of <see cref="Bytes"/>.</param>
internal readonly unsafe ref struct Scratch(byte* memory)
{
    private const int Line = 64;

    // What the masked word of meaning of a node can reach, and one column more that a row adds to it.
    private const int ColumnsBytes = (int)NodeLayout.ColumnMask + 1 + NodeLayout.ColumnBytes;
    private const int MostKeyWords = 5;
    private const int LongColumnBytes = NodeLayout.Rows * sizeof(ulong);
    private const int KeysStart = ColumnsBytes;
    private const int OrdersStart = KeysStart + (MostKeyWords * LongColumnBytes);
    private const int FoundStart = OrdersStart + LongColumnBytes;
    private const int ReferencesStart = FoundStart + (NodeLayout.MostTrees * LongColumnBytes);
    private const int RowsStart = ReferencesStart + (NodeLayout.MostTrees * NodeLayout.ColumnBytes);

    // A list of rows of all trees, and a vector that may be written behind its end.
    private const int End = RowsStart + (NodeLayout.MostTrees * NodeLayout.ColumnBytes) + Line;

    /// <summary>Size of a block, with room to align it.</summary>
    public const int Bytes = End + Line;

    private readonly byte* _start = (byte*)(((nuint)memory + Line - 1) & ~(nuint)(Line - 1));

    /// <summary>Keys by dimension: columns of 32-bit words.</summary>
    public uint* Columns => (uint*)_start;

    /// <summary>Keys as leaves compare them: columns of 64-bit words.</summary>
    public ulong* Keys => (ulong*)(_start + KeysStart);

    /// <summary>Orders of the best rules so far.</summary>
    public ulong* Orders => (ulong*)(_start + OrdersStart);

    /// <summary>Orders of the rules found: a column for each tree.</summary>
    public ulong* Found => (ulong*)(_start + FoundStart);

    /// <summary>Where each row is: a column for each tree.</summary>
    public uint* References => (uint*)(_start + ReferencesStart);

    /// <summary>A list of rows, in one tree or in all.</summary>
    public uint* Rows => (uint*)(_start + RowsStart);
}
