using NetworkingSfc.Dataplane.Memory;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>
/// Which copy was made of which frame and when, so that records are written as if a copy, and all it causes, went to its
/// end before the frame it was made of went on (rule 14).
/// </summary>
internal sealed class CopyLineages
{
    // Comes behind the copies that were made before the crossing.
    private const int Itself = int.MaxValue;

    private readonly List<Lineage> _lineages = [default];

    /// <summary>The lineage of a frame that crosses a port. A copy gets its own at its first crossing.</summary>
    /// <param name="origin">The frame's origin.</param>
    public int Of(ref PacketOrigin origin)
    {
        if (origin.CopyNumber > 0)
        {
            _lineages.Add(new Lineage(origin.Lineage, origin.Crossings, origin.CopyNumber, _lineages[origin.Lineage].Depth + 1));
            origin.Lineage = _lineages.Count - 1;
            origin.CopyNumber = 0;
        }

        return origin.Lineage;
    }

    /// <summary>Canonical order: by input packet, each frame that it let go behind it, each in the order in which it and its copies crossed ports.</summary>
    public int Compare(CrossingRecord one, CrossingRecord other)
    {
        if (one.InputPacket != other.InputPacket)
        {
            return one.InputPacket.CompareTo(other.InputPacket);
        }

        if (one.Part != other.Part)
        {
            return one.Part.CompareTo(other.Part);
        }

        Place left = new(one.Lineage, one.Crossing, Itself);
        Place right = new(other.Lineage, other.Crossing, Itself);
        while (left.Lineage != right.Lineage)
        {
            int depth = _lineages[left.Lineage].Depth - _lineages[right.Lineage].Depth;
            left = depth >= 0 ? Above(left) : left;
            right = depth <= 0 ? Above(right) : right;
        }

        return (left.Crossing, left.Copy).CompareTo((right.Crossing, right.Copy));
    }

    /// <summary>Forgets the round.</summary>
    public void Clear() => _lineages.RemoveRange(1, _lineages.Count - 1);

    private Place Above(Place place)
    {
        Lineage lineage = _lineages[place.Lineage];
        return new Place(lineage.Parent, lineage.Crossing, lineage.Copy);
    }

    /// <summary>A copy: of whom, before which crossing of it, and as which.</summary>
    private readonly record struct Lineage(int Parent, int Crossing, int Copy, int Depth);

    /// <summary>Where a record stands among those of one lineage: at a crossing, or with a copy before it.</summary>
    private readonly record struct Place(int Lineage, int Crossing, int Copy);
}
