namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Grows one tree over some rules: cuts boxes until a leaf's rules fit one block, or no cut makes progress. Cutting by
/// the rules' own ends follows HyperSplit (Qi et al., INFOCOM 2009); setting rules apart that would be copied too often
/// follows EffiCuts (Vamanan et al., SIGCOMM 2010). Passing them on to a next tree is decided here cut by cut.
/// </summary>
/// <param name="store">The rules.</param>
internal sealed class TreeGrower(RuleStore store)
{
    // Far beyond what useful cuts need; stops a sequence of cuts that each shave off next to nothing.
    private const int DeepestCut = 24;

    // Boxes of more rules than this are cut without looking whether some of them hide the others.
    private const int MostLookedThrough = 16;

    // So few rules are cut even if one child keeps them all: in a smaller box some of them hide the others.
    private const int MostCrowded = 32;

    private readonly CutChooser _chooser = new(store);
    private readonly HashSet<int> _passedOn = [];
    private CutPolicy _policy = CutPolicy.OneTree;
    private int _copiesLeft;

    /// <summary>Grows a tree over part of the key space.</summary>
    /// <param name="slots">Rules, best first.</param>
    /// <param name="box">The part; unchanged afterwards.</param>
    /// <param name="policy">Which rules are left out.</param>
    /// <param name="isRoot">True for a whole tree.</param>
    /// <returns>The tree, without what is in <paramref name="passedOn"/>.</returns>
    /// <param name="passedOn">Rules that were left out, best first.</param>
    public CutNode Grow(int[] slots, Box box, CutPolicy policy, bool isRoot, out int[] passedOn)
    {
        _passedOn.Clear();
        _policy = policy;
        _copiesLeft = (3 * slots.Length) + 64;
        CutNode tree = Cut(slots, box, isRoot, 0);
        passedOn = [.. slots.Where(_passedOn.Contains)];
        return passedOn.Length == 0 ? tree : Without(tree);
    }

    /// <summary>A leaf with all these rules, however many.</summary>
    /// <param name="slots">Rules, best first.</param>
    /// <param name="box">The part of the key space.</param>
    public CutNode Leaf(int[] slots, Box box)
    {
        (int[] visible, int[] hidden) = Shadows.Divide(store, slots, box);
        return new CutNode { Rules = visible, Hidden = hidden };
    }

    private CutNode Cut(int[] slots, Box box, bool isRoot, int depth)
    {
        if (slots.Length == 0)
        {
            return CutNode.Empty;
        }

        if (slots.Length <= MostLookedThrough && Leaf(slots, box) is { HasChain: false } leaf)
        {
            return leaf;
        }

        if (depth == DeepestCut || _chooser.Choose(slots, box, _policy, isRoot) is not Cut cut
            || Distribute(slots, cut, box[cut.Dimension]) is not int[][] shares)
        {
            return Leaf(slots, box);
        }

        (uint Low, uint High) bounds = box[cut.Dimension];
        CutNode[] children = new CutNode[shares.Length];
        for (int child = 0; child < children.Length; child++)
        {
            box[cut.Dimension] = cut.BoundsOf(child, bounds);
            children[child] = Cut(shares[child], box, isRoot: false, depth + 1);
        }

        box[cut.Dimension] = bounds;
        return new CutNode { Cut = cut, Children = children };
    }

    // The rules of each child; null when the cut is no progress, so that the box had better stay whole.
    private int[][]? Distribute(int[] slots, Cut cut, (uint Low, uint High) bounds)
    {
        int[] counts = new int[cut.Children];
        (int First, int Last)[] reach = new (int, int)[slots.Length];
        int copies = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            reach[i] = cut.Reach(store, slots[i], bounds);
            if (reach[i].Last - reach[i].First >= _policy.MostCopies)
            {
                _passedOn.Add(slots[i]);
                reach[i] = (0, -1);
            }

            for (int child = reach[i].First; child <= reach[i].Last; child++)
            {
                counts[child]++;
                copies++;
            }
        }

        int added = Math.Max(0, copies - slots.Length);
        if (added > _copiesLeft || (slots.Length > MostCrowded && counts.Max() * 8 > slots.Length * 7))
        {
            return null;
        }

        _copiesLeft -= added;
        int[][] shares = Array.ConvertAll(counts, count => count == 0 ? [] : new int[count]);
        Array.Clear(counts);
        for (int i = 0; i < slots.Length; i++)
        {
            for (int child = reach[i].First; child <= reach[i].Last; child++)
            {
                shares[child][counts[child]++] = slots[i];
            }
        }

        return shares;
    }

    // A rule passed on in one part of the tree may have been kept in others.
    private CutNode Without(CutNode node)
    {
        if (node.Cut is not null)
        {
            return new CutNode { Cut = node.Cut, Children = Array.ConvertAll(node.Children, Without) };
        }

        // What a rule hid that was passed on may win in this tree, and is shown again: hiding it was a gain, no more.
        return Array.Exists(node.Rules, _passedOn.Contains) || Array.Exists(node.Hidden, _passedOn.Contains)
            ? new CutNode { Rules = [.. node.Rules.Concat(node.Hidden).Where(slot => !_passedOn.Contains(slot)).OrderBy(store.OrderOf)] }
            : node;
    }
}
