namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Tells the rules that can win in a box from those that cannot, because a better one covers all that they have of it.
/// Lookups never see the latter; they are kept beside the leaf, for the day the better one is deleted.
/// </summary>
internal static class Shadows
{
    // Hiding is a gain and not needed for right answers, so a crowded box is not searched through.
    private const int MostCompared = 32;

    /// <summary>Divides the rules of a box.</summary>
    /// <param name="store">The rules.</param>
    /// <param name="slots">Those of the box, best first.</param>
    /// <param name="box">The box.</param>
    /// <returns>Rules that may win and rules that cannot, each best first.</returns>
    public static (int[] Visible, int[] Hidden) Divide(RuleStore store, int[] slots, Box box)
    {
        List<int> visible = new(slots.Length);
        List<int> hidden = [];
        foreach (int slot in slots)
        {
            (IsCovered(store, slot, visible, box) ? hidden : visible).Add(slot);
        }

        return hidden.Count == 0 ? (slots, []) : ([.. visible], [.. hidden]);
    }

    private static bool IsCovered(RuleStore store, int slot, List<int> better, Box box)
    {
        for (int i = 0; i < Math.Min(better.Count, MostCompared); i++)
        {
            if (Covers(store, better[i], slot, box))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(RuleStore store, int cover, int slot, Box box)
    {
        for (int dimension = 0; dimension < store.Dimensions.Count; dimension++)
        {
            (uint low, uint high) = box[dimension];
            if (store.Low(dimension)[cover] > Math.Max(low, store.Low(dimension)[slot])
                || store.High(dimension)[cover] < Math.Min(high, store.High(dimension)[slot]))
            {
                return false;
            }
        }

        return true;
    }
}
