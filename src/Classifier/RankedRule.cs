namespace NetworkingSfc.Classifier;

/// <summary>
/// A rule under its stable id, and its place in the priority order. The lower rank wins; among equal ranks, the lower id.
/// Ranks need not be dense, so a rule can be put between two others without renumbering any.
/// </summary>
/// <param name="Id">What a match returns, 0 to 2^31 - 1; says nothing about priority.</param>
/// <param name="Rank">Place in the priority order, 0 is best.</param>
/// <param name="Rule">What it matches.</param>
public readonly record struct RankedRule(int Id, uint Rank, FlowRule Rule)
{
    /// <summary>One number for the priority order: rules with lower orders win. Unique, because ids are.</summary>
    public ulong Order => ((ulong)Rank << 32) | (uint)Id;
}
