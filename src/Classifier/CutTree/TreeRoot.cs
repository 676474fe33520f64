namespace NetworkingSfc.Classifier.CutTree;

/// <summary>Where a tree begins, and what its lookups need to know of it.</summary>
/// <param name="Reference">The root node, the root table, or a leaf.</param>
/// <param name="TableBits">Leading bits that index the root table; 0 when the root is no table.</param>
/// <param name="Dimension">Dimension of the table.</param>
/// <param name="Rounds">
/// Steps below the root that most rules' leaves are away: taken by all rows without looking who has arrived.
/// </param>
/// <param name="IsUneven">True when some leaf is more steps away.</param>
/// <param name="HasChains">True when some leaf has more rules than one block.</param>
/// <param name="DeepestAllowed">Steps at which an addition makes part of the tree grow anew.</param>
internal readonly record struct TreeRoot(
    uint Reference, int TableBits, int Dimension, int Rounds, bool IsUneven, bool HasChains, int DeepestAllowed);
