using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Encapsulation;

/// <summary>
/// One way of carrying the service path. Static-abstract, so that the stage is specialised for each and nothing is
/// called through a table per packet. Each operation edits one frame in its slot and says why when it cannot.
/// </summary>
internal interface IEncapsulation
{
    /// <summary>Says that a frame has no IP packet right behind Ethernet header and tags.</summary>
    const int NoIp = -1;

    /// <summary>Which way this is.</summary>
    static abstract EncapsulationKind Kind { get; }

    /// <summary>The bytes to insert before a hop of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="index">The index carried to the hop.</param>
    /// <param name="forwarder">Source MAC address of an outer header.</param>
    static abstract HeaderTemplate Template(PathDefinition path, ServiceIndex index, MacAddress forwarder);

    /// <summary>Puts the header on a frame that carries none and addresses it to the next hop.</summary>
    /// <param name="slot">All bytes of the frame's slot.</param>
    /// <param name="buffer">Where the frame stands; moved.</param>
    /// <param name="ipOffset">Bytes before the IP packet, or <see cref="NoIp"/> where no IP packet follows Ethernet header and tags.</param>
    /// <param name="template">The bytes to insert.</param>
    /// <param name="nextHop">MAC address of the function.</param>
    static abstract DropReason Insert(
        Span<byte> slot, ref PacketBuffer buffer, int ipOffset, in HeaderTemplate template, MacAddress nextHop);

    /// <summary>
    /// Addresses a frame that carries the header to the next hop. Of the header, the time to live and the index change: the
    /// index is another than the function sent when the copy is for a tap or an empty group was skipped.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="carried">What was read of the header.</param>
    /// <param name="template">The bytes that would be inserted: has path and index.</param>
    /// <param name="nextHop">MAC address of the function.</param>
    /// <param name="forwarder">Source MAC address of an outer header.</param>
    static abstract void Forward(
        Span<byte> frame, in CarriedHeader carried, in HeaderTemplate template, MacAddress nextHop, MacAddress forwarder);

    /// <summary>Takes the header off.</summary>
    /// <param name="slot">All bytes of the frame's slot.</param>
    /// <param name="buffer">Where the frame stands; moved.</param>
    /// <param name="carried">What was read of the header.</param>
    static abstract DropReason Remove(Span<byte> slot, ref PacketBuffer buffer, in CarriedHeader carried);
}
