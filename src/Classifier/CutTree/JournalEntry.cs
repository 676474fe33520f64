namespace NetworkingSfc.Classifier.CutTree;

/// <summary>The changes that made one version.</summary>
/// <param name="Version">Number of the version.</param>
/// <param name="Changes">The changes; null when they are too many to be looked at one by one.</param>
internal sealed record JournalEntry(long Version, JournalChange[]? Changes)
{
    /// <summary>Most versions that are remembered, and most changes of one.</summary>
    public const int Most = 64;
}
