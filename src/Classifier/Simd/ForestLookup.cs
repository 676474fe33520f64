using NetworkingSfc.Classifier.CutTree;

namespace NetworkingSfc.Classifier.Simd;

/// <summary>A way to look keys up in a version of the trees.</summary>
internal abstract class ForestLookup
{
    /// <summary>True when this processor can run it.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Writes the id of the best rule, or none, for each key: see <see cref="IFlowClassifier.Classify"/>.</summary>
    /// <param name="version">The rules.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="results">At least as many as the keys' capacity.</param>
    /// <param name="cache">What the asking reader remembers, null for nothing.</param>
    public abstract void Classify(ForestVersion version, FlowKeyBatch keys, Span<int> results, DecisionCache? cache);
}
