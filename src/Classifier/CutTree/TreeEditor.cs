namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Adds a rule to a tree or takes one out, leaving every node that readers may be looking at as it is: the nodes on the
/// way are written anew, up to the root, and the old ones retired.
/// </summary>
/// <param name="store">The rules.</param>
/// <param name="writer">Writes and retires.</param>
/// <param name="grower">Cuts leaves that overflow.</param>
internal sealed class TreeEditor(RuleStore store, TreeWriter writer, TreeGrower grower)
{
    private readonly Box _box = new(store.Dimensions);

    /// <summary>True when a rule reaches into few enough children on its way that the tree should hold it.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule.</param>
    public bool Accepts(in TreeRoot root, int slot) => Accepts(root.Reference, root, slot);

    /// <summary>The tree with one more rule.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule.</param>
    public TreeRoot Insert(in TreeRoot root, int slot)
    {
        bool chained = false;
        uint reference = Edit(root.Reference, root, slot, (leaf, box) => InsertIntoLeaf(leaf, box, slot, ref chained));
        return root with { Reference = reference, IsUneven = true, HasChains = root.HasChains || chained };
    }

    /// <summary>The tree without a rule that it holds.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule, still stored.</param>
    public TreeRoot Delete(in TreeRoot root, int slot)
    {
        bool chained = false;
        uint reference = Edit(root.Reference, root, slot, (leaf, box) => DeleteFromLeaf(leaf, box, slot, ref chained));
        return root with { Reference = reference, IsUneven = true, HasChains = root.HasChains || chained };
    }

    private delegate uint LeafEdit(uint leaf, Box box);

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

    private uint Edit(uint reference, in TreeRoot root, int slot, LeafEdit edit)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            return edit(reference, _box);
        }

        Cut cut = writer.CutOf(reference, root);
        (uint Low, uint High) bounds = _box[cut.Dimension];
        (int first, int last) = cut.Reach(store, slot, bounds);
        uint[] changed = new uint[last - first + 1];
        for (int child = first; child <= last; child++)
        {
            _box[cut.Dimension] = cut.BoundsOf(child, bounds);
            changed[child - first] = Edit(writer.Children(reference, cut)[child], root, slot, edit);
        }

        _box[cut.Dimension] = bounds;
        return writer.WithChildren(reference, cut, first, changed);
    }

    private uint InsertIntoLeaf(uint leaf, Box box, int slot, ref bool chained)
    {
        int[] slots = writer.ReadLeaf(leaf);
        int place = Array.FindIndex(slots, other => store.OrderOf(other) > store.OrderOf(slot));
        place = place < 0 ? slots.Length : place;
        slots = [.. slots[..place], slot, .. slots[place..]];
        return Rewrite(leaf, slots, box, ref chained);
    }

    private uint DeleteFromLeaf(uint leaf, Box box, int slot, ref bool chained) =>
        Rewrite(leaf, Array.FindAll(writer.ReadLeaf(leaf), other => other != slot), box, ref chained);

    private uint Rewrite(uint leaf, int[] slots, Box box, ref bool chained)
    {
        CutNode node = grower.Leaf(slots, box);

        // Rules that could not be told apart are tried again when they have doubled, not at every change.
        if (node.Rules.Length == NodeLayout.LeafRules + 1 || (node.HasChain && int.IsPow2(node.Rules.Length)))
        {
            node = grower.Grow(slots, box, CutPolicy.OneTree, isRoot: false, out _);
        }

        chained |= node.HasChain;
        writer.RetireLeaf(leaf);
        return writer.Write(node);
    }
}
