using System.Runtime.InteropServices;

namespace NetworkingSfc.Dataplane.FlowTable;

/// <summary>What a worker remembers of a live flow. One cache line; the key as in <see cref="FlowTuple"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = FlowTuple.SizeBytes)]
internal struct FlowEntry
{
    /// <summary>Value of <see cref="Member"/> for a flow at the end of its path.</summary>
    public const int NoMember = -1;

    /// <summary>Bytes 0 to 7 of the key.</summary>
    [FieldOffset(0)]
    public ulong Address0;

    /// <summary>Bytes 8 to 15 of the key.</summary>
    [FieldOffset(8)]
    public ulong Address1;

    /// <summary>Bytes 16 to 23 of the key.</summary>
    [FieldOffset(16)]
    public ulong Address2;

    /// <summary>Bytes 24 to 31 of the key.</summary>
    [FieldOffset(24)]
    public ulong Address3;

    /// <summary>Bytes 32 to 39 of the key.</summary>
    [FieldOffset(32)]
    public ulong Tail;

    /// <summary>Bytes 40 to 43 of the key.</summary>
    [FieldOffset(40)]
    public uint ServicePath;

    /// <summary>The worker's count of snapshots when the decision was made.</summary>
    [FieldOffset(44)]
    public uint Epoch;

    /// <summary>Row in that snapshot's positions.</summary>
    [FieldOffset(48)]
    public int Position;

    /// <summary>Row in that snapshot's members, or <see cref="NoMember"/>.</summary>
    [FieldOffset(52)]
    public int Member;

    /// <summary>The member's counter row, by which every snapshot knows it; -1 without a member.</summary>
    [FieldOffset(56)]
    public int Counter;

    /// <summary>Second in which a packet was last seen, modulo 2^16.</summary>
    [FieldOffset(60)]
    public ushort Seen;

    /// <summary>What the flow is.</summary>
    [FieldOffset(62)]
    public FlowState State;

    /// <summary>True when the member is not the one that a new flow would be given.</summary>
    [FieldOffset(63)]
    public bool IsKept;

    /// <summary>The last three in one word, so that a flow that is as ever is told by one compare.</summary>
    [FieldOffset(60)]
    public uint Life;

    /// <summary>What <see cref="Life"/> is of a live flow that goes where its group has it go.</summary>
    /// <param name="second">The second in which its last packet was seen.</param>
    public static uint LifeAt(ushort second) => second | ((uint)FlowState.Live << 16);
}
