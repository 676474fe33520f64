namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Adds a rule to a tree or takes one out, leaving every node that readers may be looking at as it is: the nodes on the
/// way are written anew, up to the root, and the old ones retired.
/// </summary>
/// <param name="store">The rules.</param>
/// <param name="writer">Writes and retires.</param>
/// <param name="grower">Cuts leaves that overflow.</param>
/// <param name="balancer">Grows parts anew that got too deep.</param>
internal sealed class TreeEditor(RuleStore store, TreeWriter writer, TreeGrower grower, TreeBalancer balancer)
{
    private readonly Box _box = new(store.Dimensions);
    private int _deepest;
    private bool _hasChain;

    /// <summary>True when a rule reaches into few enough children on its way that the tree should hold it.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule.</param>
    public bool Accepts(in TreeRoot root, int slot) => Accepts(root.Reference, root, slot);

    /// <summary>The tree with one more rule.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule.</param>
    public TreeRoot Insert(in TreeRoot root, int slot)
    {
        TreeRoot edited = Edit(root, slot, isAdded: true);
        return _deepest > root.DeepestAllowed ? balancer.Balance(edited, slot) : edited;
    }

    /// <summary>The tree without a rule that it holds.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule, still stored.</param>
    public TreeRoot Delete(in TreeRoot root, int slot) => Edit(root, slot, isAdded: false);

    private TreeRoot Edit(in TreeRoot root, int slot, bool isAdded)
    {
        _deepest = 0;
        _hasChain = false;
        uint reference = Edit(root.Reference, root, slot, isAdded, 0);
        return root with { Reference = reference, IsUneven = true, HasChains = root.HasChains || _hasChain };
    }

    private bool Accepts(uint reference, in TreeRoot root, int slot)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            return true;
        }

        Cut cut = writer.CutOf(reference, root);
        (uint Low, uint High) bounds = _box[cut.Dimension];
        (int first, int last) = cut.Reach(store, slot, bounds);
        if (last - first >= CutPolicy.FewTrees.MostCopies)
        {
            return false;
        }

        bool accepts = true;
        for (int child = first; child <= last && accepts; child++)
        {
            _box[cut.Dimension] = cut.BoundsOf(child, bounds);
            accepts = Accepts(writer.Children(reference, cut)[child], root, slot);
        }

        _box[cut.Dimension] = bounds;
        return accepts;
    }

    private uint Edit(uint reference, in TreeRoot root, int slot, bool isAdded, int depth)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            return Rewrite(reference, isAdded ? With(slot, reference) : Without(slot, reference), depth);
        }

        Cut cut = writer.CutOf(reference, root);
        (uint Low, uint High) bounds = _box[cut.Dimension];
        (int first, int last) = cut.Reach(store, slot, bounds);
        uint[] changed = new uint[last - first + 1];
        for (int child = first; child <= last; child++)
        {
            _box[cut.Dimension] = cut.BoundsOf(child, bounds);
            changed[child - first] = Edit(writer.Children(reference, cut)[child], root, slot, isAdded, depth + 1);
        }

        _box[cut.Dimension] = bounds;
        return writer.WithChildren(reference, cut, first, changed);
    }

    private int[] With(int slot, uint leaf)
    {
        int[] slots = writer.ReadLeaf(leaf);
        int place = Array.FindIndex(slots, other => store.OrderOf(other) > store.OrderOf(slot));
        place = place < 0 ? slots.Length : place;
        return [.. slots[..place], slot, .. slots[place..]];
    }

    private int[] Without(int slot, uint leaf) => Array.FindAll(writer.ReadLeaf(leaf), other => other != slot);

    private uint Rewrite(uint leaf, int[] slots, int depth)
    {
        CutNode node = grower.Leaf(slots, _box);

        // Rules that could not be told apart are tried again when they have doubled, not at every change.
        if (node.Rules.Length == NodeLayout.LeafRules + 1 || (node.HasChain && int.IsPow2(node.Rules.Length)))
        {
            node = grower.Grow(slots, _box, CutPolicy.OneTree, isRoot: false, out _);
        }

        _hasChain |= node.HasChain;
        _deepest = Math.Max(_deepest, depth + node.Height);
        writer.RetireLeaf(leaf);
        return writer.Write(node);
    }
}
