namespace NetworkingSfc.Classifier.CutTree;

/// <summary>Which rules a tree had better pass on to the next one.</summary>
/// <param name="MostCopies">A rule that reaches into more children of a cut than this is passed on.</param>
/// <param name="PassedOnCost">What choosing a cut reckons for a rule passed on: its share of another tree.</param>
internal sealed record CutPolicy(int MostCopies, double PassedOnCost)
{
    /// <summary>Few trees: best for most large sets.</summary>
    public static readonly CutPolicy FewTrees = new(3, 3);

    /// <summary>Shallow trees: best for some small sets.</summary>
    public static readonly CutPolicy ShallowTrees = new(1, 1);

    /// <summary>One tree, however many copies it takes.</summary>
    public static readonly CutPolicy OneTree = new(int.MaxValue, 0);
}
