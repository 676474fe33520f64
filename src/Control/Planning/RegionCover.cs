namespace NetworkingSfc.Control.Planning;

/// <summary>Whether a set of flows lies within the union of others.</summary>
internal static class RegionCover
{
    /// <summary>Steps before the question is left open: the pieces can multiply with every region taken away.</summary>
    private const int MostSteps = 200_000;

    /// <summary>The answer.</summary>
    /// <param name="region">The flows.</param>
    /// <param name="others">The regions whose union is asked about.</param>
    /// <returns>True or false, both exact; null when finding out would take too long.</returns>
    public static bool? Find(FlowRegion region, IReadOnlyList<FlowRegion> others)
    {
        int steps = MostSteps;
        bool covered = IsCovered(region, others, 0, ref steps);
        return steps > 0 ? covered : null;
    }

    // Depth first, so that one flow left over ends the search.
    private static bool IsCovered(FlowRegion region, IReadOnlyList<FlowRegion> others, int from, ref int steps)
    {
        for (int index = from; index < others.Count && --steps > 0; index++)
        {
            if (region.Overlaps(others[index]))
            {
                foreach (FlowRegion piece in region.Without(others[index]))
                {
                    if (!IsCovered(piece, others, index + 1, ref steps))
                    {
                        return false;
                    }
                }

                return true;
            }
        }

        return false;
    }
}
