using System.Collections.Immutable;

namespace NetworkingSfc.Dataplane.Telemetry;

/// <summary>The stable names of drop reasons, as shown by every table, metric and JSON, each with its sentence.</summary>
public static class DropReasonCatalog
{
    /// <summary>Every reason but <see cref="DropReason.None"/>, in the order of the enum.</summary>
    public static ImmutableArray<(DropReason Reason, string Name, string Description)> All { get; } =
    [
        (DropReason.Malformed, "malformed", "The frame is too short for its Ethernet header, or its NSH, label or inner frame cannot be read."),
        (DropReason.CapturedShort, "captured_short", "The capture holds fewer bytes than were on the wire; the rest cannot be rebuilt."),
        (DropReason.NoDestination, "no_destination", "In no chain or past its end, and its network knows no port for it."),
        (DropReason.UnknownPath, "unknown_path", "The service path and index, or the label, are not those that this function must send."),
        (DropReason.TtlExceeded, "ttl_exceeded", "The time to live of the NSH or of the label is used up."),
        (DropReason.NshVersion, "nsh_version", "The NSH version is not 0 (RFC 8300, section 2.2)."),
        (DropReason.NshMdType, "nsh_md_type", "The NSH is neither MD type 1 of 24 bytes nor MD type 2 (RFC 8300, section 2.2)."),
        (DropReason.NshNextProtocol, "nsh_next_protocol", "The NSH carries something other than an Ethernet frame."),
        (DropReason.NshOam, "nsh_oam", "The O bit of the NSH is set; operations packets are not forwarded."),
        (DropReason.GroupEmpty, "group_empty", "The next port pair group has no member that takes flows."),
        (DropReason.NotIp, "not_ip", "The next hop wants an MPLS label, and a label can carry nothing but IP."),
        (DropReason.TooLong, "too_long", "With the headers we add, the frame exceeds the output port's MTU or the buffer."),
        (DropReason.TxQueueFull, "tx_queue_full", "The output port's queue took no more."),
        (DropReason.PortNotAttached, "port_not_attached", "The output port is known but nothing is attached to it."),
        (DropReason.TapTooLong, "tap_too_long", "A copy for a tap, with the headers we add, exceeds the tap port's MTU or the buffer; the packet itself goes on."),
        (DropReason.NoBuffer, "no_buffer", "A copy for a tap or of a flooded packet found no free buffer; the packet itself goes on."),
        (DropReason.TooManyJoins, "too_many_joins", "A service graph joins more chains without a function between them than a frame may enter at once."),
        (DropReason.FragmentUnmatched, "fragment_unmatched", "A later fragment whose first one did not come within 100 ms, or before the input ended."),
        (DropReason.FragmentPushedOut, "fragment_pushed_out", "A later fragment that waited for its first one while too many newer ones came to wait."),
        (DropReason.FragmentConflict, "fragment_conflict", "A first fragment with another five-tuple than the one before it of the same datagram (RFC 5722)."),
        (DropReason.FragmentTableFull, "fragment_table_full", "A first fragment that could not be remembered without forgetting another, so its later ones could not follow."),
        (DropReason.TooLongUnanswered, "too_long_unanswered", "Exceeds the output port's MTU, and the limit of 1,000 answers a second kept its sender from being told."),
        (DropReason.SamePort, "same_port", "In a network that learns, addressed to a station behind the port it came from, which has it already."),
        (DropReason.PortDown, "port_down", "What the output port is attached to cannot be opened, or has no peer or no link; the port's state says why."),
    ];

    /// <summary>The stable name of a reason.</summary>
    /// <param name="reason">Any value but <see cref="DropReason.None"/>.</param>
    public static string NameOf(DropReason reason) => All[(int)reason - 1].Name;

    /// <summary>The sentence of a reason.</summary>
    /// <param name="reason">Any value but <see cref="DropReason.None"/>.</param>
    public static string DescriptionOf(DropReason reason) => All[(int)reason - 1].Description;
}
