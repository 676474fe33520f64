namespace NetworkingSfc.Classifier;

/// <summary>
/// One thread's view of an <see cref="IUpdatableClassifier"/>. Dispose it when the thread is done: an abandoned reader
/// costs nothing but its place in a list.
/// </summary>
public interface IClassifierReader : IFlowClassifier, IDisposable
{
    /// <summary>Version that answered the last batch; -1 before the first.</summary>
    long Version { get; }

    /// <summary>Bytes of the decision cache, 0 without one.</summary>
    long CacheBytes { get; }

    /// <summary>Keys that the decision cache answered; 0 without one.</summary>
    long CacheHits { get; }
}
