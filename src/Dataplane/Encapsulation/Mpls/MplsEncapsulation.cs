using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Encapsulation.Mpls;

/// <summary>
/// One MPLS label (RFC 3032) between the Ethernet header with its tags and the IP packet: path id shifted left by 8, and
/// the index, which is also the label's TTL. A label does not say what it carries, so only IP is carried and the
/// EtherType is restored from the version of the packet.
/// </summary>
internal sealed class MplsEncapsulation : IEncapsulation
{
    private const int EtherTypeBytes = 2;

    private MplsEncapsulation()
    {
    }

    public static EncapsulationKind Kind => EncapsulationKind.Mpls;

    public static HeaderTemplate Template(PathDefinition path, ServiceIndex index, MacAddress forwarder)
    {
        HeaderTemplate template = default;
        new MplsLabelEntry((path.MplsPathId << 8) | index.Value, trafficClass: 0, isBottomOfStack: true, index.Value).Write(template);
        return template;
    }

    public static DropReason Insert(
        Span<byte> slot, ref PacketBuffer buffer, int ipOffset, in HeaderTemplate template, MacAddress nextHop)
    {
        if (ipOffset == IEncapsulation.NoIp)
        {
            return DropReason.NotIp;
        }

        if (buffer.Start < MplsLabelEntry.LengthBytes)
        {
            return DropReason.TooLong;
        }

        int moved = buffer.Start - MplsLabelEntry.LengthBytes;
        PacketWork.Copy(ipOffset);
        slot.Slice(buffer.Start, ipOffset).CopyTo(slot[moved..]);
        Span<byte> frame = slot[moved..];
        EthernetHeader.SetDestination(frame, nextHop);
        SetPayloadType(frame, ipOffset, EtherType.Mpls);
        PacketWork.Copy(MplsLabelEntry.LengthBytes);
        template[..MplsLabelEntry.LengthBytes].CopyTo(frame[ipOffset..]);
        buffer.Start = moved;
        buffer.Length += MplsLabelEntry.LengthBytes;
        return DropReason.None;
    }

    public static void Forward(
        Span<byte> frame, in CarriedHeader carried, in HeaderTemplate template, MacAddress nextHop, MacAddress forwarder)
    {
        EthernetHeader.SetDestination(frame, nextHop);
        Span<byte> label = frame[carried.HeaderOffset..];
        if (MplsLabelEntry.TryRead(label, out MplsLabelEntry sent) && MplsLabelEntry.TryRead(template, out MplsLabelEntry ours))
        {
            new MplsLabelEntry(ours.Label, sent.TrafficClass, sent.IsBottomOfStack, carried.TimeToLive).Write(label);
        }
    }

    public static DropReason Remove(Span<byte> slot, ref PacketBuffer buffer, in CarriedHeader carried)
    {
        Span<byte> frame = slot.Slice(buffer.Start, buffer.Length);
        if (!TryPayloadType(frame[carried.HeaderOffset..], out ushort payloadType))
        {
            return DropReason.Malformed;
        }

        PacketWork.Copy(carried.HeaderOffset);
        frame[..carried.HeaderOffset].CopyTo(frame[MplsLabelEntry.LengthBytes..]);
        buffer.Start += MplsLabelEntry.LengthBytes;
        buffer.Length -= MplsLabelEntry.LengthBytes;
        SetPayloadType(frame[MplsLabelEntry.LengthBytes..], carried.HeaderOffset, payloadType);
        return DropReason.None;
    }

    // Under the bottom label the first nibble tells IPv4 from IPv6 (RFC 4928, section 3); above it another label follows.
    private static bool TryPayloadType(ReadOnlySpan<byte> label, out ushort payloadType)
    {
        payloadType = EtherType.Mpls;
        if (!MplsLabelEntry.TryRead(label, out MplsLabelEntry entry))
        {
            return false;
        }

        if (!entry.IsBottomOfStack)
        {
            return true;
        }

        int version = label.Length > MplsLabelEntry.LengthBytes ? label[MplsLabelEntry.LengthBytes] >> 4 : 0;
        payloadType = version == 4 ? EtherType.Ipv4 : EtherType.Ipv6;
        return version is 4 or 6;
    }

    private static void SetPayloadType(Span<byte> frame, int linkBytes, ushort etherType) =>
        EthernetHeader.SetEtherType(frame[(linkBytes - EthernetHeader.TypeOffset - EtherTypeBytes)..], etherType);
}
