using System.Collections.Immutable;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>The changes that made one version.</summary>
/// <param name="Version">Number of the version.</param>
/// <param name="IsWhole">False when they are too many to be looked at one by one.</param>
/// <param name="Changes">The changes.</param>
internal sealed record JournalEntry(long Version, bool IsWhole, ImmutableArray<JournalChange> Changes)
{
    /// <summary>Most versions that are remembered, and most changes of one.</summary>
    public const int Most = 64;
}
