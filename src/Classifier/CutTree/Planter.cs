namespace NetworkingSfc.Classifier.CutTree;

/// <summary>Grows trees over rules, each over what the one before passed on, until the rest is short enough to be a list.</summary>
/// <param name="store">The rules.</param>
/// <param name="grower">Grows one tree.</param>
internal sealed class Planter(RuleStore store, TreeGrower grower)
{
    /// <summary>Most rules in the wide list. One costs every key about a twentieth of a tree.</summary>
    public const int MostWide = 32;

    // One rule passed on in this many is worth growing the tree again without them; twice is enough.
    private const int RegrownShare = 32;
    private const int MostRegrown = 2;

    // Up to this many rules, trying out which trees are best costs less than it gains.
    private const int MostTried = 4096;

    /// <summary>The best trees for some rules.</summary>
    /// <param name="slots">The rules, best first.</param>
    /// <param name="most">Trees there may be; the last one copies rules rather than passing them on.</param>
    public Planting Plant(int[] slots, int most)
    {
        Planting few = Plant(slots, most, CutPolicy.FewTrees);
        if (slots.Length > MostTried)
        {
            return few;
        }

        Planting shallow = Plant(slots, most, CutPolicy.ShallowTrees);
        return shallow.Cost < few.Cost ? shallow : few;
    }

    private Planting Plant(int[] slots, int most, CutPolicy policy)
    {
        List<(CutNode Tree, int[] Slots)> trees = [];
        while (slots.Length > MostWide)
        {
            bool isLast = trees.Count == most - 1;
            (CutNode tree, int[] passedOn) = Grow(slots, isLast ? CutPolicy.OneTree : policy);
            if (passedOn.Length * 8 > slots.Length * 7)
            {
                // Hardly any rule fits this tree: better one that copies than a row of nearly empty ones.
                tree = grower.Grow(slots, new Box(store.Dimensions), CutPolicy.OneTree, isRoot: true, out passedOn);
            }

            trees.Add((tree, slots));
            slots = passedOn;
        }

        return new Planting(trees, slots);
    }

    // Without the rules that are passed on, other cuts may be better than those that passed them on: so the tree is grown
    // again over the rest while that changes much.
    private (CutNode Tree, int[] PassedOn) Grow(int[] slots, CutPolicy policy)
    {
        CutNode tree = grower.Grow(slots, new Box(store.Dimensions), policy, isRoot: true, out int[] passedOn);
        int[] more = passedOn;
        for (int again = 0; again < MostRegrown && more.Length * RegrownShare > slots.Length; again++)
        {
            HashSet<int> gone = [.. passedOn];
            int[] kept = Array.FindAll(slots, slot => !gone.Contains(slot));
            tree = grower.Grow(kept, new Box(store.Dimensions), policy, isRoot: true, out more);
            gone.UnionWith(more);
            passedOn = Array.FindAll(slots, gone.Contains);
        }

        return (tree, passedOn);
    }
}
