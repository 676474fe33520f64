namespace NetworkingSfc.Classifier.CutTree;

/// <summary>Trees that have been grown and not been written yet.</summary>
/// <param name="Trees">The trees, with the rules that each was grown over; those passed on are in a later one too.</param>
/// <param name="Wide">Slots of the rules that no tree took, best first.</param>
internal sealed record Planting(IReadOnlyList<(CutNode Tree, int[] Slots)> Trees, int[] Wide)
{
    // In steps of a row: what a tree costs besides its steps, and what a wide rule does.
    private const double TreeCost = 1.2;
    private const double WideCost = 0.06;

    /// <summary>What a lookup costs by and large, in steps of a row from node to node.</summary>
    public double Cost => Trees.Sum(tree => TreeCost + TreeSteps.Of(tree.Tree).Cost) + (WideCost * Wide.Length);
}
