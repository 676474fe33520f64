using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Dataplane.Steering;

/// <summary>A classifier and, for each of its rules, the position on a path that a match stands for.</summary>
internal sealed class RuleTable : IDisposable
{
    private readonly NativeArray<int> _positions;

    /// <summary>Takes ownership of the positions.</summary>
    /// <param name="classifier">Gives rule ids.</param>
    /// <param name="positions">Position by rule id. Ids say nothing about the place of a rule in its table; some may be unused.</param>
    public RuleTable(IFrozenClassifier classifier, NativeArray<int> positions)
    {
        Classifier = classifier;
        _positions = positions;
    }

    /// <summary>Gives rule ids.</summary>
    public IFrozenClassifier Classifier { get; }

    /// <summary>Row in <see cref="SteeringSnapshot.Positions"/> by rule id.</summary>
    public ReadOnlySpan<int> Positions => _positions.Span;

    /// <summary>Frees the positions.</summary>
    public void Dispose() => _positions.Dispose();
}
