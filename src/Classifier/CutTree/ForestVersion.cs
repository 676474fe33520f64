using NetworkingSfc.Classifier.Simd;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>One version of a <see cref="CutForest"/>: immutable, for any number of threads.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Ipv4">The rules for IPv4.</param>
/// <param name="Ipv6">The rules for IPv6.</param>
/// <param name="Lookup">How keys are looked up.</param>
internal sealed record ForestVersion(long Number, FamilyView Ipv4, FamilyView Ipv6, ForestLookup Lookup) : IFrozenClassifier
{
    /// <inheritdoc/>
    public void Classify(FlowKeyBatch keys, Span<int> results) => Lookup.Classify(this, keys, results, null);
}
