using System.Runtime.CompilerServices;
using NetworkingSfc.Classifier.Simd;

namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// One thread's view of a <see cref="CutForest"/>. While it looks keys up it says by which version, and nothing that
/// this version looks into is used for anything else; between batches it holds nothing back (epoch-based reclamation:
/// Fraser, Practical lock-freedom, 2004).
/// </summary>
/// <param name="forest">What to read.</param>
/// <param name="cache">What it remembers, null for nothing.</param>
internal sealed class ForestReader(CutForest forest, DecisionCache? cache) : IClassifierReader
{
    /// <summary><see cref="Active"/> while no lookup runs.</summary>
    public const long Idle = long.MaxValue;

    private long _active = Idle;

    /// <summary>Version that a lookup runs by now, or <see cref="Idle"/>.</summary>
    public long Active => Volatile.Read(ref _active);

    /// <inheritdoc/>
    public long Version { get; private set; } = -1;

    /// <inheritdoc/>
    public long CacheBytes => cache?.Bytes ?? 0;

    /// <inheritdoc/>
    public long CacheHits => cache?.Hits ?? 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Classify(FlowKeyBatch keys, Span<int> results)
    {
        ForestVersion version = Enter();
        version.Lookup.Classify(version, keys, results, cache);
        Version = version.Number;
        Volatile.Write(ref _active, Idle);
    }

    /// <summary>Takes the reader off the forest's list and frees what it remembers.</summary>
    public void Dispose()
    {
        forest.Close(this);
        cache?.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ForestVersion Enter()
    {
        // Said first and looked at again afterwards: between the two the writer may have published another version and
        // have seen nobody on this one. The barrier keeps the store before the second load.
        ForestVersion version = forest.Current;
        while (true)
        {
            Volatile.Write(ref _active, version.Number);
            Thread.MemoryBarrier();
            ForestVersion again = forest.Current;
            if (ReferenceEquals(again, version))
            {
                return version;
            }

            version = again;
        }
    }
}
