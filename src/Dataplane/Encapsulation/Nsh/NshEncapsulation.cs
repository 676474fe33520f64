using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Encapsulation.Nsh;

/// <summary>
/// NSH MD type 1 over Ethernet (RFC 8300): an outer Ethernet header and the NSH before the whole frame, which is not
/// touched. VLAN tags stay inside; the outer frame is untagged.
/// </summary>
internal sealed class NshEncapsulation : IEncapsulation
{
    private const int InsertedBytes = EthernetHeader.LengthBytes + NshHeader.MdType1LengthBytes;

    private NshEncapsulation()
    {
    }

    public static EncapsulationKind Kind => EncapsulationKind.Nsh;

    public static HeaderTemplate Template(PathDefinition path, ServiceIndex index, MacAddress forwarder)
    {
        HeaderTemplate template = default;
        EthernetHeader.Write(template, default, forwarder, EtherType.Nsh);
        NshHeader.WriteMdType1(
            template[EthernetHeader.LengthBytes..], NshHeader.MaxTimeToLive, NshNextProtocol.Ethernet, path.NshPathId, index, contexts: []);
        return template;
    }

    public static DropReason Insert(
        Span<byte> slot, ref PacketBuffer buffer, int ipOffset, in HeaderTemplate template, MacAddress nextHop)
    {
        if (buffer.Start < InsertedBytes)
        {
            return DropReason.TooLong;
        }

        buffer.Start -= InsertedBytes;
        buffer.Length += InsertedBytes;
        Span<byte> outer = slot.Slice(buffer.Start, InsertedBytes);
        PacketWork.Copy(InsertedBytes);
        template[..InsertedBytes].CopyTo(outer);
        EthernetHeader.SetDestination(outer, nextHop);
        return DropReason.None;
    }

    public static void Forward(
        Span<byte> frame, in CarriedHeader carried, in HeaderTemplate template, MacAddress nextHop, MacAddress forwarder)
    {
        EthernetHeader.SetAddresses(frame, nextHop, forwarder);
        Span<byte> header = frame[carried.HeaderOffset..];
        NshHeader.SetTimeToLive(header, carried.TimeToLive);
        if (NshHeader.TryRead(template[EthernetHeader.LengthBytes..], out NshHeader ours))
        {
            NshHeader.SetServicePath(header, ours.ServicePathId, ours.ServiceIndex);
        }
    }

    public static DropReason Remove(Span<byte> slot, ref PacketBuffer buffer, in CarriedHeader carried)
    {
        buffer.Start += carried.InnerOffset;
        buffer.Length -= carried.InnerOffset;
        return DropReason.None;
    }
}
