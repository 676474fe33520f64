namespace NetworkingSfc.Dataplane.Steering;

/// <summary>
/// Which elements of a list were in the list before it. Mostly one block came or went, which its unchanged surroundings show;
/// what is between those is looked up, and of elements that changed their order as many as possible stay (the longest rising
/// sequence; Fredman, On computing the length of longest increasing subsequences, 1975).
/// </summary>
internal static class ListAlignment
{
    /// <summary>Origin of an element that was not in the list before.</summary>
    public const int New = -1;

    private const int None = -1;

    /// <summary>The origin of each element: its place in the list before, or <see cref="New"/>. Places rise.</summary>
    /// <param name="before">The list before.</param>
    /// <param name="now">The list.</param>
    /// <param name="same">Tells whether two elements are the same.</param>
    public static int[] Origins<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> now, IEqualityComparer<T> same)
        where T : notnull
    {
        int shorter = Math.Min(before.Length, now.Length);
        int head = 0;
        while (head < shorter && same.Equals(before[head], now[head]))
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && same.Equals(before[^(tail + 1)], now[^(tail + 1)]))
        {
            tail++;
        }

        int[] origins = new int[now.Length];
        for (int place = 0; place < head; place++)
        {
            origins[place] = place;
        }

        for (int place = now.Length - tail; place < now.Length; place++)
        {
            origins[place] = place - now.Length + before.Length;
        }

        Span<int> between = origins.AsSpan(head..^tail);
        FindEach(before[head..^tail], now[head..^tail], between, same);
        KeepRising(between);
        foreach (ref int origin in between)
        {
            origin = origin == New ? New : origin + head;
        }

        return origins;
    }

    // The n-th of several equal elements comes from the n-th before.
    private static void FindEach<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> now, Span<int> origins, IEqualityComparer<T> same)
        where T : notnull
    {
        if (before.IsEmpty || now.IsEmpty)
        {
            origins.Fill(New);
            return;
        }

        Dictionary<T, int> firstOf = new(before.Length, same);
        int[] nextEqual = new int[before.Length];
        for (int place = before.Length - 1; place >= 0; place--)
        {
            nextEqual[place] = firstOf.TryGetValue(before[place], out int first) ? first : None;
            firstOf[before[place]] = place;
        }

        for (int place = 0; place < now.Length; place++)
        {
            origins[place] = New;
            if (firstOf.TryGetValue(now[place], out int origin) && origin != None)
            {
                origins[place] = origin;
                firstOf[now[place]] = nextEqual[origin];
            }
        }
    }

    // Ends[n] is where the rising sequence of n + 1 origins ends that ends lowest; each knows the one before it.
    private static void KeepRising(Span<int> origins)
    {
        List<int> ends = [];
        int[] previous = new int[origins.Length];
        for (int place = 0; place < origins.Length; place++)
        {
            if (origins[place] == New)
            {
                continue;
            }

            int length = LongestBelow(origins, ends, origins[place]);
            previous[place] = length == 0 ? None : ends[length - 1];
            if (length == ends.Count)
            {
                ends.Add(place);
            }
            else
            {
                ends[length] = place;
            }
        }

        int kept = ends.Count == 0 ? None : ends[^1];
        for (int place = origins.Length - 1; place >= 0; place--)
        {
            if (place == kept)
            {
                kept = previous[place];
            }
            else
            {
                origins[place] = New;
            }
        }
    }

    private static int LongestBelow(ReadOnlySpan<int> origins, List<int> ends, int origin)
    {
        int low = 0;
        int high = ends.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = origins[ends[middle]] < origin ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
