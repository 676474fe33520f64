namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// The part of the key space that a node of a tree is responsible for. Narrowed on the way down and restored on the way
/// up, so that a walk needs one.
/// </summary>
internal sealed class Box
{
    private readonly uint[] _low;
    private readonly uint[] _high;

    /// <summary>The whole key space.</summary>
    /// <param name="dimensions">The family.</param>
    public Box(Dimensions dimensions)
    {
        _low = new uint[dimensions.Count];
        _high = new uint[dimensions.Count];
        Array.Fill(_high, uint.MaxValue);
    }

    /// <summary>The bounds in a dimension, both included.</summary>
    /// <param name="dimension">The dimension.</param>
    public (uint Low, uint High) this[int dimension]
    {
        get => (_low[dimension], _high[dimension]);
        set => (_low[dimension], _high[dimension]) = value;
    }
}
