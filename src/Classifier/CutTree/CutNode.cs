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

    /// <summary>Slots of a leaf's rules that may win, best first.</summary>
    public int[] Rules { get; init; } = [];

    /// <summary>Slots of a leaf's rules that cannot win while the others are there, best first.</summary>
    public int[] Hidden { get; init; } = [];

    /// <summary>Steps to the deepest leaf.</summary>
    public int Height => Cut is null ? 0 : 1 + Children.Max(child => child.Height);

    /// <summary>True when a leaf below has more rules than one block.</summary>
    public bool HasChain => Cut is null ? Rules.Length > NodeLayout.LeafRules : Array.Exists(Children, child => child.HasChain);
}
