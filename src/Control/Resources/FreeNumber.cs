using System.Collections;

namespace NetworkingSfc.Control.Resources;

/// <summary>Numbers that the server assigns: which are taken, and the first free one from either end.</summary>
/// <param name="max">Largest number of interest.</param>
internal sealed class FreeNumber(int max)
{
    private readonly BitArray _taken = new(max + 1);

    /// <summary>Marks a number; numbers beyond the largest of interest need no mark.</summary>
    public void Take(int number)
    {
        if (number < _taken.Length)
        {
            _taken[number] = true;
        }
    }

    /// <summary>The smallest free number from 1, or null.</summary>
    public int? Lowest()
    {
        for (int number = 1; number < _taken.Length; number++)
        {
            if (!_taken[number])
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The highest free number from <paramref name="start"/> down to 1, or null.</summary>
    public int? Highest(int start)
    {
        for (int number = start; number > 0; number--)
        {
            if (!_taken[number])
            {
                return number;
            }
        }

        return null;
    }
}
