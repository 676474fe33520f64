namespace NetworkingSfc.Dataplane.Memory;

/// <summary>
/// One frame: which slot of the worker's arena it is in, and where in the slot it stands. Header edits move
/// <see cref="Start"/>; they do not move payload.
/// </summary>
public struct PacketBuffer
{
    /// <summary>Value of <see cref="Member"/> for a frame that no group sent.</summary>
    public const int NoMember = -1;

    /// <summary>Slot of the arena.</summary>
    public int Slot;

    /// <summary>Offset of the frame's first byte in the slot, in bytes.</summary>
    public int Start;

    /// <summary>Bytes of the frame that are in the slot.</summary>
    public int Length;

    /// <summary>Bytes the frame had on the wire; more than <see cref="Length"/> when it was captured short.</summary>
    public int WireLength;

    /// <summary>
    /// On transmit, the index in <c>SteeringSnapshot.Members</c> of the member that this frame was steered to, or
    /// <see cref="NoMember"/> when it leaves by normal switching.
    /// </summary>
    public int Member;

    /// <summary>On transmit to a member, the hash that chose it; otherwise 0.</summary>
    public ulong FlowHash;
}
