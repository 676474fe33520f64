namespace NetworkingSfc.Control.Resources;

/// <summary>Chooses numbers that the server assigns.</summary>
internal static class FreeNumber
{
    /// <summary>The smallest number from 1 that is not taken.</summary>
    public static int Lowest(IEnumerable<int> taken)
    {
        HashSet<int> known = [.. taken];
        int number = 1;
        while (known.Contains(number))
        {
            number++;
        }

        return number;
    }

    /// <summary>The highest number from <paramref name="start"/> down to 1 that is not taken, or null.</summary>
    public static int? Highest(int start, IEnumerable<int> taken)
    {
        HashSet<int> known = [.. taken];
        int number = start;
        while (known.Contains(number))
        {
            number--;
        }

        return number > 0 ? number : null;
    }
}
