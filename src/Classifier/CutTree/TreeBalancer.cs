namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Grows the part of a tree anew that rules added one after the other have made too deep: neighbouring prefixes in
/// order, for example, always split the last leaf. The part is the smallest around the deep leaf that is deeper than
/// its rules need (the scapegoat of Galperin and Rivest, SODA 1993), so adding stays cheap on average.
/// </summary>
/// <param name="store">The rules.</param>
/// <param name="writer">Writes and retires.</param>
/// <param name="grower">Grows the part.</param>
internal sealed class TreeBalancer(RuleStore store, TreeWriter writer, TreeGrower grower)
{
    // Added to what a limit turns out to be where rules are in each other's way: they are not grown anew at each addition.
    private const int Slack = 2;

    private readonly Box _box = new(store.Dimensions);

    /// <summary>Steps that this many rules may need: twice what cuts in sixteen make of them, and some.</summary>
    /// <param name="rules">Rules.</param>
    public static int Allowed(int rules) => 2 + (int)Math.Ceiling(Math.Log2(Math.Max(1, rules / 3)) / 2);

    /// <summary>The deepest leaf that a tree may get by additions.</summary>
    /// <param name="rules">Its rules.</param>
    /// <param name="deepest">How deep it is when it has just been grown.</param>
    public static int Limit(int rules, int deepest) => Math.Max(Allowed(rules), deepest + Slack);

    /// <summary>The tree without the deep part around a rule.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="slot">The rule that was added last.</param>
    /// <returns>The tree; when it is the whole of it that is too deep, as it was until all trees are grown anew.</returns>
    public TreeRoot Balance(in TreeRoot root, int slot)
    {
        Part part = Walk(root.Reference, root, slot, 0);
        int needed = part.IsGrown ? part.Needed : part.Height + Slack;
        return root with { Reference = part.Reference, DeepestAllowed = Math.Max(root.DeepestAllowed, needed) };
    }

    /// <summary>Gives a part of a tree back, with all nodes and leaves.</summary>
    /// <param name="reference">Its root.</param>
    /// <param name="root">The tree.</param>
    public void RetireAll(uint reference, in TreeRoot root)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            writer.RetireLeaf(reference);
            return;
        }

        Cut cut = writer.CutOf(reference, root);
        foreach (uint child in writer.Children(reference, cut))
        {
            RetireAll(child, root);
        }

        writer.Retire(reference, cut);
    }

    /// <param name="Reference">The part, possibly grown anew.</param>
    /// <param name="Height">Steps to its deepest leaf on the way of the rule.</param>
    /// <param name="Rules">Copies of rules in it.</param>
    /// <param name="IsGrown">True when it, or something in it, has been grown anew.</param>
    /// <param name="Needed">The limit that what was grown turned out to need, 0 for none.</param>
    private readonly record struct Part(uint Reference, int Height, int Rules, bool IsGrown, int Needed);

    private Part Walk(uint reference, in TreeRoot root, int slot, int depth)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            return new Part(reference, 0, writer.ReadLeaf(reference).Length, false, 0);
        }

        Cut cut = writer.CutOf(reference, root);
        (uint Low, uint High) bounds = _box[cut.Dimension];
        (int first, int last) = cut.Reach(store, slot, bounds);
        int height = 0, needed = 0;
        int rules = 0;
        bool isGrown = false;
        uint[] changed = new uint[last - first + 1];
        for (int child = 0; child < cut.Children; child++)
        {
            uint below = writer.Children(reference, cut)[child];
            if (child < first || child > last)
            {
                rules += isGrown ? 0 : Count(below, root);
                continue;
            }

            _box[cut.Dimension] = cut.BoundsOf(child, bounds);
            Part part = Walk(below, root, slot, depth + 1);
            changed[child - first] = part.Reference;
            height = Math.Max(height, part.Height);
            needed = Math.Max(needed, part.Needed);
            rules += part.Rules;
            isGrown |= part.IsGrown;
        }

        _box[cut.Dimension] = bounds;
        height++;
        if (isGrown)
        {
            return new Part(writer.WithChildren(reference, cut, first, changed), height, rules, true, needed);
        }

        return depth > 0 && height > Allowed(rules)
            ? GrowAnew(reference, root, depth)
            : new Part(reference, height, rules, false, 0);
    }

    private Part GrowAnew(uint reference, in TreeRoot root, int depth)
    {
        HashSet<int> slots = [];
        Collect(reference, root, slots);
        CutNode grown = grower.Grow([.. slots.OrderBy(store.OrderOf)], _box, CutPolicy.OneTree, isRoot: false, out _);
        RetireAll(reference, root);
        int height = grown.Height;
        int needed = depth + height + Slack;
        return new Part(writer.Write(grown), height, slots.Count, true, needed > root.DeepestAllowed ? needed : 0);
    }

    private int Count(uint reference, in TreeRoot root)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            return writer.ReadLeaf(reference).Length;
        }

        int rules = 0;
        foreach (uint child in writer.Children(reference, writer.CutOf(reference, root)))
        {
            rules += Count(child, root);
        }

        return rules;
    }

    private void Collect(uint reference, in TreeRoot root, HashSet<int> slots)
    {
        if ((reference & NodeLayout.LeafBit) != 0)
        {
            slots.UnionWith(writer.ReadLeaf(reference));
            return;
        }

        foreach (uint child in writer.Children(reference, writer.CutOf(reference, root)))
        {
            Collect(child, root, slots);
        }
    }
}
