namespace NetworkingSfc.Classifier.CutTree;

/// <summary>
/// Finds the cut of a box that leaves the least work: few copies of rules, even children, few rules that reach into so
/// many children that the tree had better pass them on.
/// </summary>
/// <param name="store">The rules.</param>
internal sealed class CutChooser(RuleStore store)
{
    // Large boxes are judged by a sample: the cut of 100,000 rules is as good, and the building far quicker.
    private const int LargestSample = 1024;

    // Leaves are to be this full on average: fuller, and one more rule splits them.
    private const double RulesPerChild = 0.7 * NodeLayout.LeafRules;

    // What a child with n rules costs below it: more than n, as it needs further cuts.
    private const double CostExponent = 1.3;

    // How far from its even place a separator may go to cross fewer rules, in parts of a child.
    private const double Slack = 0.4;

    // A table costs 1 to 16 KiB, and time once it is beyond the first cache: it pays at the root of no small tree.
    private const int LeastForTable = 512;

    private static readonly int[] _tableBits = [8, 10, 12];

    private readonly uint[] _points = new uint[2 * LargestSample];
    private readonly uint[] _distinct = new uint[2 * LargestSample];
    private readonly int[] _upTo = new int[(2 * LargestSample) + 1];
    private readonly int[] _crossing = new int[(2 * LargestSample) + 1];

    /// <summary>The best cut, null when no dimension can be cut.</summary>
    /// <param name="slots">Rules in the box.</param>
    /// <param name="box">The box.</param>
    /// <param name="policy">Which rules leave the tree.</param>
    /// <param name="isRoot">True at the root, where a table is possible.</param>
    public Cut? Choose(int[] slots, Box box, CutPolicy policy, bool isRoot)
    {
        int[] sample = Sample(slots);
        int children = Math.Clamp((int)Math.Ceiling(slots.Length / RulesPerChild), 2, NodeLayout.MostChildren);
        (Cut? Cut, double Cost) best = (null, double.MaxValue);
        for (int dimension = 0; dimension < store.Dimensions.Count; dimension++)
        {
            uint[] separators = Separators(sample, dimension, box[dimension], children);
            if (separators.Length > 0)
            {
                Cut cut = new(dimension, separators, 0);
                double cost = Cost(cut, sample, box[dimension], policy);
                best = cost < best.Cost ? (cut, cost) : best;
            }
        }

        return isRoot && policy != CutPolicy.OneTree && best.Cut is not null && slots.Length >= LeastForTable
            ? BetterTable(slots, box, best.Cut, policy) ?? best.Cut
            : best.Cut;
    }

    private static int[] Sample(int[] slots)
    {
        if (slots.Length <= LargestSample)
        {
            return slots;
        }

        int[] sample = new int[LargestSample];
        for (int i = 0; i < sample.Length; i++)
        {
            sample[i] = slots[(int)((long)i * slots.Length / sample.Length)];
        }

        return sample;
    }

    // Tables have more children than a sample has rules, so all are judged by all the rules.
    private Cut? BetterTable(int[] slots, Box box, Cut best, CutPolicy policy)
    {
        double least = Cost(best, slots, box[best.Dimension], policy);
        Cut? table = null;
        foreach (int bits in _tableBits)
        {
            for (int dimension = 0; dimension < store.Dimensions.SourcePort; dimension++)
            {
                Cut candidate = new(dimension, [], bits);
                double cost = Cost(candidate, slots, box[dimension], policy);
                if (cost < least)
                {
                    (table, least) = (candidate, cost);
                }
            }
        }

        return table;
    }

    private double Cost(Cut cut, int[] slots, (uint Low, uint High) bounds, CutPolicy policy)
    {
        int[] counts = new int[cut.Children];
        int passedOn = 0;
        foreach (int slot in slots)
        {
            (int first, int last) = cut.Reach(store, slot, bounds);
            if (last - first >= policy.MostCopies)
            {
                passedOn++;
                continue;
            }

            for (int child = first; child <= last; child++)
            {
                counts[child]++;
            }
        }

        double cost = policy.PassedOnCost * Math.Pow(slots.Length, CostExponent) * passedOn / slots.Length;
        foreach (int count in counts)
        {
            cost += count < 2 ? count : Math.Pow(count, CostExponent);
        }

        return cost;
    }

    // Even shares of the ends of ranges, each separator moved within its slack to where it crosses fewest rules.
    private uint[] Separators(int[] sample, int dimension, (uint Low, uint High) bounds, int children)
    {
        int points = CollectPoints(sample, dimension, bounds);
        if (points == 0)
        {
            return [];
        }

        int distinct = CountDistinct(points);
        if (distinct < children)
        {
            return _distinct[..distinct];
        }

        CountCrossings(sample, dimension, bounds, distinct);
        double share = (double)points / children;
        double distanceCost = 0.01 * children * sample.Length / points;
        SortedSet<uint> chosen = [];
        for (int separator = 1; separator < children; separator++)
        {
            double target = share * separator;
            int from = FirstReaching(target - (share * Slack), distinct);
            int to = FirstReaching(target + (share * Slack), distinct);
            int best = from;
            double least = double.MaxValue;
            for (int i = from; i <= to; i++)
            {
                double middle = (_upTo[i] + _upTo[i + 1]) / 2.0;
                double cost = _crossing[i] + (Math.Abs(middle - target) * distanceCost);
                if (cost < least)
                {
                    (best, least) = (i, cost);
                }
            }

            chosen.Add(_distinct[best]);
        }

        return [.. chosen];
    }

    // Where ranges begin, and where they have just ended, inside the box.
    private int CollectPoints(int[] sample, int dimension, (uint Low, uint High) bounds)
    {
        ReadOnlySpan<uint> lows = store.Low(dimension);
        ReadOnlySpan<uint> highs = store.High(dimension);
        int points = 0;
        foreach (int slot in sample)
        {
            if (lows[slot] > bounds.Low)
            {
                _points[points++] = lows[slot];
            }

            if (highs[slot] < bounds.High)
            {
                _points[points++] = highs[slot] + 1;
            }
        }

        _points.AsSpan(0, points).Sort();
        return points;
    }

    private int CountDistinct(int points)
    {
        int distinct = 0;
        for (int i = 0; i < points; i++)
        {
            if (distinct == 0 || _distinct[distinct - 1] != _points[i])
            {
                _upTo[distinct] = i;
                _distinct[distinct++] = _points[i];
            }
        }

        _upTo[distinct] = points;
        return distinct;
    }

    // Rules that begin before a point and end at or after it: what a separator there would copy.
    private void CountCrossings(int[] sample, int dimension, (uint Low, uint High) bounds, int distinct)
    {
        ReadOnlySpan<uint> lows = store.Low(dimension);
        ReadOnlySpan<uint> highs = store.High(dimension);
        ReadOnlySpan<uint> points = _distinct.AsSpan(0, distinct);
        _crossing.AsSpan(0, distinct + 1).Clear();
        foreach (int slot in sample)
        {
            int first = FirstAfter(points, Math.Max(bounds.Low, lows[slot]));
            int end = FirstAfter(points, Math.Min(bounds.High, highs[slot]));
            if (first < end)
            {
                _crossing[first]++;
                _crossing[end]--;
            }
        }

        for (int i = 1; i < distinct; i++)
        {
            _crossing[i] += _crossing[i - 1];
        }
    }

    private static int FirstAfter(ReadOnlySpan<uint> points, uint value)
    {
        int place = points.BinarySearch(value);
        return place < 0 ? ~place : place + 1;
    }

    private int FirstReaching(double target, int distinct)
    {
        int low = 0, high = distinct - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_upTo[middle] >= target)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
