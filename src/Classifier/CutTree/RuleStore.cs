namespace NetworkingSfc.Classifier.CutTree;

/// <summary>The installed rules of one family as columns of ranges: what the writer needs to place and to move rules.</summary>
/// <param name="dimensions">The family.</param>
internal sealed class RuleStore(Dimensions dimensions)
{
    /// <summary><see cref="PlaceOf"/> of a rule in the wide list.</summary>
    public const sbyte WideList = -1;

    private readonly Dictionary<int, int> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly uint[][] _low = NewColumns(dimensions);
    private readonly uint[][] _high = NewColumns(dimensions);
    private ulong[] _order = [];
    private sbyte[] _place = [];
    private int _used;

    /// <summary>The family.</summary>
    public Dimensions Dimensions { get; } = dimensions;

    /// <summary>Rules installed.</summary>
    public int Count => _slots.Count;

    /// <summary>Slots of all rules, best first.</summary>
    public int[] SlotsByOrder()
    {
        int[] slots = [.. _slots.Values];
        ulong[] orders = Array.ConvertAll(slots, slot => _order[slot]);
        Array.Sort(orders, slots);
        return slots;
    }

    /// <summary>Lower ends of the ranges of one dimension, by slot.</summary>
    public ReadOnlySpan<uint> Low(int dimension) => _low[dimension];

    /// <summary>Upper ends of the ranges of one dimension, by slot.</summary>
    public ReadOnlySpan<uint> High(int dimension) => _high[dimension];

    /// <summary>Priority order and id of the rule in a slot: see <see cref="RankedRule.Order"/>.</summary>
    public ulong OrderOf(int slot) => _order[slot];

    /// <summary>Slot of the rule with this id, -1 for none.</summary>
    public int SlotOf(int id) => _slots.GetValueOrDefault(id, -1);

    /// <summary>Where the rule stands: the number of a tree, or <see cref="WideList"/>.</summary>
    public ref sbyte PlaceOf(int slot) => ref _place[slot];

    /// <summary>Stores a rule.</summary>
    /// <param name="rule">A rule of this family whose id is not stored.</param>
    /// <returns>Its slot.</returns>
    public int Add(in RankedRule rule)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _used++;
            if (slot == _order.Length)
            {
                Grow(Math.Max(64, slot * 2));
            }
        }

        for (int dimension = 0; dimension < Dimensions.Count; dimension++)
        {
            (_low[dimension][slot], _high[dimension][slot]) = Dimensions.Range(rule.Rule, dimension);
        }

        _order[slot] = rule.Order;
        _slots.Add(rule.Id, slot);
        return slot;
    }

    /// <summary>Forgets a rule.</summary>
    /// <param name="slot">Its slot.</param>
    public void Remove(int slot)
    {
        _slots.Remove((int)(uint)_order[slot]);
        _free.Push(slot);
    }

    private static uint[][] NewColumns(Dimensions dimensions)
    {
        uint[][] columns = new uint[dimensions.Count][];
        Array.Fill(columns, []);
        return columns;
    }

    private void Grow(int capacity)
    {
        for (int dimension = 0; dimension < Dimensions.Count; dimension++)
        {
            Array.Resize(ref _low[dimension], capacity);
            Array.Resize(ref _high[dimension], capacity);
        }

        Array.Resize(ref _order, capacity);
        Array.Resize(ref _place, capacity);
    }
}
