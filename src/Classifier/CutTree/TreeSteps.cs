namespace NetworkingSfc.Classifier.CutTree;

/// <summary>How rows had better get from the root of a tree to its leaves.</summary>
/// <param name="Rounds">Steps below the root that all rows take together, whether or not they have arrived.</param>
/// <param name="Deepest">Steps to the farthest leaf, the one at the root among them.</param>
/// <param name="Cost">What it costs a row on average, in steps taken together.</param>
internal readonly record struct TreeSteps(int Rounds, int Deepest, double Cost)
{
    // A step that a row takes by itself costs more; so does looking who has to, and each time that the list is gone
    // through: how long it is then is anybody's guess, and nothing goes on until it is known.
    private const double AloneCost = 1.2;
    private const double LookingCost = 0.2;
    private const double ListCost = 0.3;

    /// <summary>True when some leaf is farther away than all rows go together.</summary>
    public bool IsUneven => Deepest > Rounds + 1;

    /// <summary>The cheapest way, by how many copies of rules lie how deep.</summary>
    /// <param name="tree">The tree.</param>
    public static TreeSteps Of(CutNode tree)
    {
        List<int> byDepth = [];
        CountByDepth(tree, 0, byDepth);
        double copies = Math.Max(1, byDepth.Sum());
        int deepest = byDepth.Count - 1;
        TreeSteps best = new(0, deepest, double.MaxValue);
        for (int rounds = 0; rounds < Math.Max(1, deepest); rounds++)
        {
            int times = deepest - rounds - 1;
            double cost = rounds + (times > 0 ? LookingCost + (ListCost * times) : 0);
            for (int depth = rounds + 2; depth <= deepest; depth++)
            {
                cost += AloneCost * (depth - rounds - 1) * byDepth[depth] / copies;
            }

            best = cost < best.Cost ? new TreeSteps(rounds, deepest, cost) : best;
        }

        return best;
    }

    private static void CountByDepth(CutNode node, int depth, List<int> byDepth)
    {
        if (depth == byDepth.Count)
        {
            byDepth.Add(0);
        }

        byDepth[depth] += node.Rules.Length;
        foreach (CutNode child in node.Children)
        {
            CountByDepth(child, depth + 1, byDepth);
        }
    }
}
