namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>
/// Why a packet was not transmitted: the single, closed list. Names and sentences for people are in
/// <see cref="DropReasonCatalog"/>.
/// </summary>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None,

    /// <summary>Too short for its headers.</summary>
    Malformed,

    /// <summary>Fewer bytes captured than were on the wire.</summary>
    CapturedShort,

    /// <summary>No port is known for the frame.</summary>
    NoDestination,

    /// <summary>Not the service path and index that this hop must send.</summary>
    UnknownPath,

    /// <summary>NSH or MPLS time to live used up.</summary>
    TtlExceeded,

    /// <summary>NSH version other than 0.</summary>
    NshVersion,

    /// <summary>NSH metadata type not supported.</summary>
    NshMdType,

    /// <summary>NSH next protocol other than Ethernet.</summary>
    NshNextProtocol,

    /// <summary>NSH O bit set.</summary>
    NshOam,

    /// <summary>No member to send to.</summary>
    GroupEmpty,

    /// <summary>The next hop wants a label and the frame carries no IP packet.</summary>
    NotIp,

    /// <summary>Does not fit the output port's MTU.</summary>
    TooLong,

    /// <summary>The output port's queue is full.</summary>
    TxQueueFull,

    /// <summary>The output port is not attached to anything.</summary>
    PortNotAttached,

    /// <summary>A copy does not fit the tap port's MTU or the buffer.</summary>
    TapTooLong,

    /// <summary>No buffer is free for a copy.</summary>
    NoBuffer,

    /// <summary>Joined chains without a function to visit between them, more than a frame may enter at once.</summary>
    TooManyJoins,

    /// <summary>A later fragment whose first one did not come in time.</summary>
    FragmentUnmatched,

    /// <summary>A later fragment that waited and made room for a newer one.</summary>
    FragmentPushedOut,

    /// <summary>A first fragment that says something else than the one before.</summary>
    FragmentConflict,

    /// <summary>A first fragment for which there was no room to be remembered.</summary>
    FragmentTableFull,

    /// <summary>Does not fit the output port's MTU, and too many senders have been told lately.</summary>
    TooLongUnanswered,

    /// <summary>The station it is addressed to was seen at the port it came from.</summary>
    SamePort,

    /// <summary>What the output port is attached to cannot be opened, or moves no frames.</summary>
    PortDown,
}
