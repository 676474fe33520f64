namespace NetworkingSfc.Classifier;

/// <summary>
/// Rules that one thread changes while others classify by them. Each call of <see cref="Apply"/> makes one new version;
/// a reader answers a whole batch by one version, and neither side ever waits for the other.
/// </summary>
public interface IUpdatableClassifier : IDisposable
{
    /// <summary>Rules installed.</summary>
    int Count { get; }

    /// <summary>Number of the newest version: 0 after building, one more for each <see cref="Apply"/>.</summary>
    long Version { get; }

    /// <summary>Bytes held for looking up by the newest version, without what waits for readers of older ones.</summary>
    long Bytes { get; }

    /// <summary>Makes all the changes, in order, and publishes them with one store.</summary>
    /// <param name="changes">The changes.</param>
    /// <exception cref="ArgumentException">A rule is impossible, an added id is in use, or another is not; nothing is changed.</exception>
    void Apply(ReadOnlySpan<RuleChange> changes);

    /// <summary>A reader for one thread. It sees every version published before its call began.</summary>
    /// <param name="cacheEntries">Decisions to remember in front of the rules: 0 for none, else a power of two from 64.</param>
    IClassifierReader OpenReader(int cacheEntries = 0);

    /// <summary>The newest version, for any number of threads, unchanged by later <see cref="Apply"/> calls.</summary>
    IFrozenClassifier Freeze();
}
