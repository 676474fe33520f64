namespace NetworkingSfc.Classifier.CutTree;

/// <summary>What one key costs to look up, counted and not timed: what bounds the worst packet there can be.</summary>
/// <param name="Steps">Nodes, root tables among them.</param>
/// <param name="Blocks">Leaf blocks of four rules.</param>
/// <param name="WideRules">Rules that every key is compared with.</param>
internal readonly record struct LookupEffort(int Steps, int Blocks, int WideRules)
{
    /// <summary>Both together.</summary>
    public static LookupEffort operator +(LookupEffort one, LookupEffort other) =>
        new(one.Steps + other.Steps, one.Blocks + other.Blocks, one.WideRules + other.WideRules);

    /// <summary>The effort in one tree.</summary>
    /// <param name="writer">Reads its nodes.</param>
    /// <param name="root">The tree.</param>
    /// <param name="key">The key.</param>
    /// <param name="dimensions">Its family.</param>
    public static LookupEffort InTree(TreeWriter writer, in TreeRoot root, in FlowKey key, Dimensions dimensions)
    {
        int steps = 0;
        uint reference = root.Reference;
        while ((reference & NodeLayout.LeafBit) == 0)
        {
            Cut cut = writer.CutOf(reference, root);
            reference = writer.Children(reference, cut)[cut.ChildOf(dimensions.ValueOf(key, cut.Dimension))];
            steps++;
        }

        return new LookupEffort(steps, writer.CountBlocks(reference), 0);
    }
}
