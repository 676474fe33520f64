using NetworkingSfc.Classifier.Memory;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>Writes nodes, leaves and wide rules into the arena (<see cref="NodeLayout"/>), and reads leaves back.</summary>
internal sealed class TreeWriter
{
    private readonly RuleStore _store;
    private readonly Dimensions _dimensions;
    private readonly int _leafUnits;

    /// <summary>Makes a writer for an arena, and writes the one leaf without rules.</summary>
    /// <param name="store">The rules.</param>
    /// <param name="arena">Where to write.</param>
    public TreeWriter(RuleStore store, NodeArena arena)
    {
        _store = store;
        Arena = arena;
        _dimensions = store.Dimensions;
        _leafUnits = NodeLayout.LeafUnits(_dimensions.AddressWords);
        EmptyLeaf = WriteBlock([], 0, 0);
    }

    /// <summary>Where nodes are written.</summary>
    public NodeArena Arena { get; }

    /// <summary>The leaf without rules; never retired.</summary>
    public uint EmptyLeaf { get; }

    /// <summary>First version without what is retired from now on.</summary>
    public long Version { get; set; }

    /// <summary>Writes a whole tree.</summary>
    /// <param name="node">Its root.</param>
    /// <returns>Reference of the root.</returns>
    public uint Write(CutNode node)
    {
        if (node.Cut is not Cut cut)
        {
            return node.Rules.Length == 0 ? EmptyLeaf : WriteChain(node.Rules, WriteChain(node.Hidden, 0));
        }

        uint[] children = Array.ConvertAll(node.Children, Write);
        return cut.TableBits > 0 ? WriteTable(children) : WriteNode(cut, children);
    }

    /// <summary>Slots of a leaf's rules, hidden ones among them, best first.</summary>
    /// <param name="leaf">Its reference.</param>
    public int[] ReadLeaf(uint leaf)
    {
        List<int> slots = [];
        uint hidden = ReadChain(leaf, slots);
        if (hidden != 0)
        {
            ReadChain(hidden, slots);
            slots.Sort((one, other) => _store.OrderOf(one).CompareTo(_store.OrderOf(other)));
        }

        return [.. slots];
    }

    /// <summary>Blocks of a leaf that a key without a match is compared with.</summary>
    /// <param name="leaf">Its reference.</param>
    public int CountBlocks(uint leaf)
    {
        int blocks = 0;
        for (uint block = leaf; block != 0; blocks++)
        {
            block = (uint)OrdersOf(block)[NodeLayout.LeafRules + 1];
        }

        return blocks;
    }

    /// <summary>Writes an inner node.</summary>
    /// <param name="cut">How it divides.</param>
    /// <param name="children">References of its children.</param>
    public uint WriteNode(Cut cut, ReadOnlySpan<uint> children)
    {
        uint start = Arena.Allocate(NodeLayout.NodeUnits);
        Span<uint> words = Arena.Words(start, NodeLayout.NodeUnits);
        words[..(NodeLayout.MostChildren - 1)].Fill(uint.MaxValue);
        cut.Separators.CopyTo(words);
        words[NodeLayout.MostChildren - 1] =
            ((uint)children.Length << NodeLayout.ChildrenShift) | (uint)(cut.Dimension * NodeLayout.ColumnBytes);
        children.CopyTo(words[NodeLayout.MostChildren..]);
        words[(NodeLayout.MostChildren + children.Length)..].Fill(children[^1]);
        return NodeLayout.NodeReference(start);
    }

    /// <summary>How an inner node or a root table divides.</summary>
    /// <param name="reference">Its reference.</param>
    /// <param name="root">The tree it is in.</param>
    public Cut CutOf(uint reference, in TreeRoot root) => root.TableBits > 0 && reference == root.Reference
        ? new Cut(root.Dimension, [], root.TableBits)
        : ReadCut(reference);

    /// <summary>References of the children of an inner node or a root table; good until memory is next handed out.</summary>
    /// <param name="reference">Its reference.</param>
    /// <param name="cut">How it divides.</param>
    public ReadOnlySpan<uint> Children(uint reference, Cut cut) => ChildWords(reference, cut)[..cut.Children];

    /// <summary>Writes an inner node or a root table anew with other children, and gives the old one back.</summary>
    /// <param name="reference">The old one.</param>
    /// <param name="cut">How it divides.</param>
    /// <param name="first">First child that is another.</param>
    /// <param name="changed">References of the children from there on.</param>
    public uint WithChildren(uint reference, Cut cut, int first, ReadOnlySpan<uint> changed)
    {
        int units = Units(cut);
        uint start = Arena.Allocate(units);
        uint unit = NodeLayout.Unit(reference);
        Arena.Words(unit, units).CopyTo(Arena.Words(start, units));
        Span<uint> children = ChildWords(NodeLayout.NodeReference(start), cut);
        changed.CopyTo(children[first..]);
        children[cut.Children..].Fill(children[cut.Children - 1]);
        Arena.Retire(Version, unit, units);
        return NodeLayout.NodeReference(start);
    }

    /// <summary>Writes a root table.</summary>
    /// <param name="children">References, by value of the leading bits.</param>
    public uint WriteTable(ReadOnlySpan<uint> children)
    {
        int units = children.Length / NodeLayout.UnitWords;
        uint start = Arena.Allocate(units);
        children.CopyTo(Arena.Words(start, units));
        return NodeLayout.NodeReference(start);
    }

    /// <summary>Writes the wide rules.</summary>
    /// <param name="slots">
    /// Best first; written worst first, so that a lookup keeps the last match. Before them stands one without a match,
    /// whose order says so: what a lookup starts from.
    /// </param>
    /// <returns>First unit, 0 when there are none.</returns>
    public uint WriteWide(ReadOnlySpan<int> slots)
    {
        if (slots.IsEmpty)
        {
            return 0;
        }

        int stride = NodeLayout.WideWords(_dimensions.AddressWords);
        int units = WideUnits(slots.Length);
        uint start = Arena.Allocate(units);
        Span<uint> words = Arena.Words(start, units);
        words.Clear();
        words.Slice(NodeLayout.WideOrder(_dimensions.AddressWords), 2).Fill(uint.MaxValue);
        for (int i = 0; i < slots.Length; i++)
        {
            WriteWideRule(words.Slice((i + 1) * stride, stride), slots[slots.Length - 1 - i]);
        }

        return start;
    }

    /// <summary>Writes one wide rule.</summary>
    /// <param name="words">Where, of zeros.</param>
    /// <param name="slot">Its slot.</param>
    public void WriteWideRule(Span<uint> words, int slot)
    {
        for (int dimension = 0; dimension < _dimensions.SourcePort; dimension++)
        {
            (words[2 * dimension], words[(2 * dimension) + 1]) = Word(slot, dimension);
        }

        int ports = NodeLayout.WidePorts(_dimensions.AddressWords);
        bool anyProtocol = _store.Low(_dimensions.Protocol)[slot] != _store.High(_dimensions.Protocol)[slot]
            && _store.Low(_dimensions.Protocol)[slot] == 0;
        words[ports] = (uint)Ports(slot, high: false);
        words[ports + 1] = (uint)Ports(slot, high: true);
        words[ports + 2] = anyProtocol ? 0 : _store.Low(_dimensions.Protocol)[slot];
        words[ports + 3] = anyProtocol ? 0u : byte.MaxValue;
        int order = NodeLayout.WideOrder(_dimensions.AddressWords);
        words[order] = (uint)_store.OrderOf(slot);
        words[order + 1] = (uint)(_store.OrderOf(slot) >> 32);
    }

    /// <summary>Gives wide rules back.</summary>
    /// <param name="start">First unit.</param>
    /// <param name="count">How many.</param>
    public void RetireWide(uint start, int count)
    {
        if (count > 0)
        {
            Arena.Retire(Version, start, WideUnits(count));
        }
    }

    /// <summary>Gives an inner node or a root table back, without its children.</summary>
    /// <param name="reference">Its reference.</param>
    /// <param name="cut">How it divides.</param>
    public void Retire(uint reference, Cut cut) => Arena.Retire(Version, NodeLayout.Unit(reference), Units(cut));

    /// <summary>Gives a leaf back, with all its blocks.</summary>
    /// <param name="leaf">Its reference.</param>
    public void RetireLeaf(uint leaf)
    {
        if (leaf != EmptyLeaf)
        {
            uint hidden = RetireChain(leaf);
            RetireChain(hidden);
        }
    }

    // As many blocks as the rules need, best first; 0 for none.
    private uint WriteChain(ReadOnlySpan<int> slots, uint hidden)
    {
        uint next = 0;
        for (int start = (slots.Length - 1) / NodeLayout.LeafRules * NodeLayout.LeafRules; start >= 0 && !slots.IsEmpty; start -= NodeLayout.LeafRules)
        {
            next = WriteBlock(slots[start..Math.Min(slots.Length, start + NodeLayout.LeafRules)], next, start == 0 ? hidden : 0);
        }

        return next;
    }

    private uint ReadChain(uint block, List<int> slots)
    {
        uint hidden = (uint)(OrdersOf(block)[NodeLayout.LeafRules + 1] >> 32);
        while (block != 0)
        {
            ReadOnlySpan<ulong> orders = OrdersOf(block);
            for (int i = 0; i < NodeLayout.LeafRules && orders[i] != NodeLayout.NoOrder; i++)
            {
                slots.Add(_store.SlotOf((int)(uint)orders[i]));
            }

            block = (uint)orders[NodeLayout.LeafRules + 1];
        }

        return hidden;
    }

    private uint RetireChain(uint block)
    {
        uint hidden = 0;
        while (block != 0)
        {
            ulong links = OrdersOf(block)[NodeLayout.LeafRules + 1];
            Arena.Retire(Version, NodeLayout.Unit(block), _leafUnits);
            hidden |= (uint)(links >> 32);
            block = (uint)links;
        }

        return hidden;
    }

    private Span<ulong> OrdersOf(uint block) => Arena.LongWords(NodeLayout.Unit(block) + (uint)_leafUnits - 1, 1);

    private static int Units(Cut cut) => cut.TableBits > 0 ? cut.Children / NodeLayout.UnitWords : NodeLayout.NodeUnits;

    private Span<uint> ChildWords(uint reference, Cut cut) => cut.TableBits > 0
        ? Arena.Words(NodeLayout.Unit(reference), Units(cut))
        : Arena.Words(NodeLayout.Unit(reference), NodeLayout.NodeUnits)[NodeLayout.MostChildren..];

    private Cut ReadCut(uint node)
    {
        ReadOnlySpan<uint> words = Arena.Words(NodeLayout.Unit(node), 1);
        uint meaning = words[NodeLayout.MostChildren - 1];
        int children = (int)(meaning >> NodeLayout.ChildrenShift);
        return new Cut((int)(meaning & NodeLayout.ColumnMask) / NodeLayout.ColumnBytes, words[..(children - 1)].ToArray(), 0);
    }

    // One more than there are rules: see WriteWide.
    private int WideUnits(int count) => (count + 1) * NodeLayout.WideWords(_dimensions.AddressWords) / NodeLayout.UnitWords;

    private uint WriteBlock(ReadOnlySpan<int> slots, uint next, uint hidden)
    {
        uint start = Arena.Allocate(_leafUnits);
        Span<ulong> words = Arena.LongWords(start, _leafUnits);
        int pairs = NodeLayout.PairWords(_dimensions.AddressWords);
        int ports = 2 * pairs * NodeLayout.LeafRules;
        int orders = ports + (2 * NodeLayout.LeafRules);
        words.Clear();

        // A place without a rule has its least ports above its largest: nothing matches it.
        words.Slice(ports, NodeLayout.LeafRules).Fill(ulong.MaxValue);
        words.Slice(orders, NodeLayout.LeafRules + 1).Fill(NodeLayout.NoOrder);
        words[orders + NodeLayout.LeafRules + 1] = ((ulong)hidden << 32) | next;
        for (int i = 0; i < slots.Length; i++)
        {
            int slot = slots[i];
            for (int pair = 0; pair < pairs; pair++)
            {
                (ulong value, ulong mask) = Pair(slot, pair);
                words[(2 * pair * NodeLayout.LeafRules) + i] = value;
                words[(((2 * pair) + 1) * NodeLayout.LeafRules) + i] = mask;
            }

            words[ports + i] = Ports(slot, high: false);
            words[ports + NodeLayout.LeafRules + i] = Ports(slot, high: true);
            words[orders + i] = _store.OrderOf(slot);
        }

        return NodeLayout.LeafReference(start);
    }

    // IPv4: source below destination in one word. IPv6: two words of source, two of destination, high halves first.
    private (ulong Value, ulong Mask) Pair(int slot, int pair)
    {
        (uint Value, uint Mask) low, high;
        if (_dimensions.AddressWords == 1)
        {
            (low, high) = (Word(slot, 0), Word(slot, 1));
        }
        else
        {
            (high, low) = (Word(slot, 2 * pair), Word(slot, (2 * pair) + 1));
        }

        return (((ulong)high.Value << 32) | low.Value, ((ulong)high.Mask << 32) | low.Mask);
    }

    // A prefix in one word: its range is aligned, so the bits in which the ends agree are the ones that count.
    private (uint Value, uint Mask) Word(int slot, int dimension)
    {
        uint low = _store.Low(dimension)[slot];
        return (low, ~(_store.High(dimension)[slot] ^ low));
    }

    private ulong Ports(int slot, bool high)
    {
        ulong Field(int dimension) => (high ? _store.High(dimension) : _store.Low(dimension))[slot] & ushort.MaxValue;
        ulong protocol = high && _store.High(_dimensions.Protocol)[slot] == uint.MaxValue ? byte.MaxValue : Field(_dimensions.Protocol);
        return Field(_dimensions.SourcePort) | (Field(_dimensions.DestinationPort) << 16) | (protocol << 32);
    }
}
