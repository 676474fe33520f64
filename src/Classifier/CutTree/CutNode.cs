namespace NetworkingSfc.Classifier.CutTree;

/// <summary>A node of a tree that is being built: a cut with children, or a leaf with rules.</summary>
internal sealed class CutNode
{
    /// <summary>The leaf without rules.</summary>
    public static readonly CutNode Empty = new() { Rules = [] };

    /// <summary>How the children are told apart; of a leaf, null.</summary>
    public Cut? Cut { get; init; }

    /// <summary>The children; of a leaf, none.</summary>
    public CutNode[] Children { get; init; } = [];

    /// <summary>Slots of a leaf's rules, best first.</summary>
    public int[] Rules { get; init; } = [];
}
