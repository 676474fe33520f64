namespace NetworkingSfc.Classifier.Linear;

/// <summary>A reader of a <see cref="LinearClassifier"/>: versions are the collector's, so none needs holding back.</summary>
/// <param name="classifier">What to read.</param>
internal sealed class LinearReader(LinearClassifier classifier) : IClassifierReader
{
    /// <inheritdoc/>
    public long Version { get; private set; } = -1;

    /// <inheritdoc/>
    public long CacheBytes => 0;

    /// <inheritdoc/>
    public long CacheHits => 0;

    /// <inheritdoc/>
    public void Classify(FlowKeyBatch keys, Span<int> results)
    {
        LinearVersion current = classifier.Current;
        current.Classify(keys, results);
        Version = current.Number;
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }
}
