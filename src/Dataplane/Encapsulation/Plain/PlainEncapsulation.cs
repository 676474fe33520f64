using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Encapsulation.Plain;

/// <summary>
/// No header: the function knows nothing of chains, only the destination MAC address says that the frame is for it
/// (SFC proxy, RFC 7665 section 4.6).
/// </summary>
internal sealed class PlainEncapsulation : IEncapsulation
{
    private PlainEncapsulation()
    {
    }

    public static EncapsulationKind Kind => EncapsulationKind.Plain;

    public static HeaderTemplate Template(PathDefinition path, ServiceIndex index, MacAddress forwarder) => default;

    public static DropReason Insert(
        Span<byte> slot, ref PacketBuffer buffer, int ipOffset, in HeaderTemplate template, MacAddress nextHop)
    {
        EthernetHeader.SetDestination(slot[buffer.Start..], nextHop);
        return DropReason.None;
    }

    public static void Forward(
        Span<byte> frame, in CarriedHeader carried, in HeaderTemplate template, MacAddress nextHop, MacAddress forwarder) =>
        EthernetHeader.SetDestination(frame, nextHop);

    public static DropReason Remove(Span<byte> slot, ref PacketBuffer buffer, in CarriedHeader carried) => DropReason.None;
}
