namespace NetworkingSfc.Classifier.CutTree;

/// <summary>A way to divide a box along one dimension.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="Separators">Ascending; child i takes the values from separator i - 1 on. Empty for a table.</param>
/// <param name="TableBits">Leading bits of the word that number the child; 0 when separators do.</param>
internal sealed record Cut(int Dimension, uint[] Separators, int TableBits)
{
    /// <summary>Children.</summary>
    public int Children => TableBits > 0 ? 1 << TableBits : Separators.Length + 1;

    /// <summary>The child that takes a value.</summary>
    public int ChildOf(uint value)
    {
        if (TableBits > 0)
        {
            return (int)(value >> (32 - TableBits));
        }

        int child = 0;
        foreach (uint separator in Separators)
        {
            child += value >= separator ? 1 : 0;
        }

        return child;
    }

    /// <summary>The first and the last child that a rule reaches into.</summary>
    /// <param name="store">The rules.</param>
    /// <param name="slot">The rule.</param>
    /// <param name="bounds">Bounds of the box in this dimension.</param>
    public (int First, int Last) Reach(RuleStore store, int slot, (uint Low, uint High) bounds) => (
        ChildOf(Math.Max(bounds.Low, store.Low(Dimension)[slot])),
        ChildOf(Math.Min(bounds.High, store.High(Dimension)[slot])));

    /// <summary>Bounds of a child in this dimension.</summary>
    /// <param name="child">The child.</param>
    /// <param name="bounds">Bounds of the box that is cut.</param>
    public (uint Low, uint High) BoundsOf(int child, (uint Low, uint High) bounds)
    {
        if (TableBits > 0)
        {
            int shift = 32 - TableBits;
            return ((uint)child << shift, ((uint)child << shift) | ((1u << shift) - 1));
        }

        return (child == 0 ? bounds.Low : Separators[child - 1], child == Separators.Length ? bounds.High : Separators[child] - 1);
    }
}
