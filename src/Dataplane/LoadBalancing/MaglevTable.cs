using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Telemetry;

namespace NetworkingSfc.Dataplane.LoadBalancing;

/// <summary>
/// Hash value to member index, by one array load. Built by <see cref="MaglevTableBuilder"/>, immutable afterwards.
/// </summary>
public sealed class MaglevTable : IDisposable
{
    /// <summary>
    /// Slots of every table: 32 KiB of memory, and over a hundred slots a member up to 128 members. One size for all groups,
    /// because a size that grew with the membership would move every flow when it changes.
    /// </summary>
    public const int SlotCount = 16_381;

    private readonly NativeArray<ushort> _slots;

    internal MaglevTable(NativeArray<ushort> slots, bool isEmpty)
    {
        _slots = slots;
        IsEmpty = isEmpty;
    }

    /// <summary>True when no member has weight: there is nobody to choose.</summary>
    public bool IsEmpty { get; }

    /// <summary>Slot to index in the member list that the table was built from.</summary>
    public ReadOnlySpan<ushort> Slots => _slots.Span;

    /// <summary>The slot of a hash value. The upper half decides, so the lower half stays free for other tables.</summary>
    /// <param name="hash">A <see cref="FlowHash"/> value.</param>
    public static int SlotOf(ulong hash) => (int)((hash >> 32) * SlotCount >> 32);

    /// <summary>The member for a hash value. Not to be asked of an empty table.</summary>
    /// <param name="hash">A <see cref="FlowHash"/> value.</param>
    /// <returns>Index in the member list that the table was built from.</returns>
    public int Lookup(ulong hash)
    {
        PacketWork.TableEntry();
        return _slots.Span[SlotOf(hash)];
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _slots.Dispose();
}
