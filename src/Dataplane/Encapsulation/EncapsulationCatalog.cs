using NetworkingSfc.Dataplane.Encapsulation.Mpls;
using NetworkingSfc.Dataplane.Encapsulation.Nsh;
using NetworkingSfc.Dataplane.Encapsulation.Plain;
using NetworkingSfc.Dataplane.Memory;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Telemetry;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Encapsulation;

/// <summary>The encapsulations there are: the one place that turns a kind into its type.</summary>
internal static class EncapsulationCatalog
{
    /// <summary>The bytes to insert before a hop.</summary>
    /// <param name="kind">What the hop wants.</param>
    /// <param name="path">The path.</param>
    /// <param name="index">The index carried to the hop.</param>
    /// <param name="forwarder">Source MAC address of an outer header.</param>
    public static HeaderTemplate Template(EncapsulationKind kind, PathDefinition path, ServiceIndex index, MacAddress forwarder) => kind switch
    {
        EncapsulationKind.Nsh => NshEncapsulation.Template(path, index, forwarder),
        EncapsulationKind.Mpls => MplsEncapsulation.Template(path, index, forwarder),
        _ => PlainEncapsulation.Template(path, index, forwarder),
    };

    /// <summary>Puts the header that a hop wants on a frame that carries none.</summary>
    public static DropReason Insert(
        EncapsulationKind kind, Span<byte> slot, ref PacketBuffer buffer, int ipOffset, in HeaderTemplate template, MacAddress nextHop) => kind switch
        {
            EncapsulationKind.Nsh => NshEncapsulation.Insert(slot, ref buffer, ipOffset, template, nextHop),
            EncapsulationKind.Mpls => MplsEncapsulation.Insert(slot, ref buffer, ipOffset, template, nextHop),
            _ => PlainEncapsulation.Insert(slot, ref buffer, ipOffset, template, nextHop),
        };

    /// <summary>Addresses a frame that carries what the next hop wants.</summary>
    public static void Forward(
        EncapsulationKind kind, Span<byte> frame, in CarriedHeader carried, in HeaderTemplate template, MacAddress nextHop, MacAddress forwarder)
    {
        switch (kind)
        {
            case EncapsulationKind.Nsh:
                NshEncapsulation.Forward(frame, carried, template, nextHop, forwarder);
                break;
            case EncapsulationKind.Mpls:
                MplsEncapsulation.Forward(frame, carried, template, nextHop, forwarder);
                break;
            default:
                PlainEncapsulation.Forward(frame, carried, template, nextHop, forwarder);
                break;
        }
    }

    /// <summary>Takes off what a frame carries.</summary>
    public static DropReason Remove(Span<byte> slot, ref PacketBuffer buffer, in CarriedHeader carried) => carried.Kind switch
    {
        EncapsulationKind.Nsh => NshEncapsulation.Remove(slot, ref buffer, carried),
        EncapsulationKind.Mpls => MplsEncapsulation.Remove(slot, ref buffer, carried),
        _ => PlainEncapsulation.Remove(slot, ref buffer, carried),
    };
}
