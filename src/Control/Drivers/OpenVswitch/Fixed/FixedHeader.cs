using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Fixed;

/// <summary>Actions that write, change and remove the two encapsulations. Each text ends with a comma.</summary>
internal static class FixedHeader
{
    /// <summary>Takes an NSH and the Ethernet header before it off.</summary>
    public const string TakeOffNsh = "decap(),decap(),";

    private const string ForgottenTtl = "set_field:63->nsh_ttl,";

    /// <summary>Writes a new header, addressed to a port.</summary>
    public static string Push(EncapsulationKind kind, PathDefinition path, int index, MacAddress to, MacAddress forwarder) => kind switch
    {
        EncapsulationKind.Nsh => $"{Nsh(path, index)}encap(ethernet),{NshAddresses(to, forwarder)}",
        EncapsulationKind.Mpls => $"{To(to)}push_mpls:0x8847,set_field:{Label(path, index)}->mpls_label,set_field:{index}->mpls_ttl,set_field:0->mpls_tc,",
        _ => To(to),
    };

    /// <summary>Writes the header that <see cref="Open"/> took off again, for the next hop.</summary>
    public static string PushAgain(EncapsulationKind kind, PathDefinition path, int index, MacAddress to, MacAddress forwarder) => kind switch
    {
        EncapsulationKind.Nsh => Nsh(path, index)
            + "move:NXM_NX_REG7[0..7]->NXOXM_NSH_TTL[],pop:NXOXM_NSH_C4[],pop:NXOXM_NSH_C3[],pop:NXOXM_NSH_C2[],pop:NXOXM_NSH_C1[],"
            + $"encap(ethernet),{NshAddresses(to, forwarder)}",
        _ => $"{To(to)}push_mpls:0x8847,set_field:{Label(path, index)}->mpls_label,"
            + "move:NXM_NX_REG7[0..7]->NXM_NX_MPLS_TTL[],move:NXM_NX_REG7[8..10]->OXM_OF_MPLS_TC[],",
    };

    /// <summary>Takes a header off; behind the last label stands what the path carries, and that is looked at.</summary>
    public static string Pop(CarriedHeaderCase carried, FixedPath path) =>
        carried.Kind == EncapsulationKind.Nsh ? TakeOffNsh
        : carried.IsLastLabel ? $"pop_mpls:{path.LikelyEtherType},resubmit(,{FixedTables.EtherType}),"
        : "pop_mpls:0x8847,";

    /// <summary>Takes a header off, remembering of it what the next hop is to see: TTL, traffic class, contexts.</summary>
    public static string Open(CarriedHeaderCase carried, FixedPath path) => carried.Kind switch
    {
        EncapsulationKind.Nsh => "push:NXOXM_NSH_C1[],push:NXOXM_NSH_C2[],push:NXOXM_NSH_C3[],push:NXOXM_NSH_C4[],"
            + $"{LowerTtl(carried)}move:NXOXM_NSH_TTL[]->NXM_NX_REG7[0..7],load:1->NXM_NX_REG2[16],{Pop(carried, path)}",
        _ => $"{LowerTtl(carried)}move:NXM_NX_MPLS_TTL[]->NXM_NX_REG7[0..7],move:OXM_OF_MPLS_TC[]->NXM_NX_REG7[8..10],load:1->NXM_NX_REG2[16],{Pop(carried, path)}",
    };

    /// <summary>Makes the header that a frame carries the one for another function.</summary>
    public static string Forward(CarriedHeaderCase carried, PathDefinition path, int index, MacAddress to, MacAddress forwarder) =>
        LowerTtl(carried) + (carried.Kind == EncapsulationKind.Nsh
            ? $"set_field:{path.NshPathId.Value}->nsh_spi,set_field:{index}->nsh_si,{NshAddresses(to, forwarder)}"
            : $"{To(to)}set_field:{Label(path, index)}->mpls_label,");

    /// <summary>Matches the header that a frame has behind a function, in frames from a port.</summary>
    public static FlowMatch Match(FlowMatch start, EncapsulationKind kind, PathDefinition path, int index) => kind == EncapsulationKind.Nsh
        ? start.With("eth_type=0x894f").With("nsh_flags=0/2").With("nsh_np", 3).With("nsh_spi", path.NshPathId.Value).With("nsh_si", index)
        : start.With("eth_type=0x8847").With("mpls_label", Label(path, index));

    /// <summary>Sets the destination address.</summary>
    public static string To(MacAddress to) => $"set_field:{to}->eth_dst,";

    private static string Nsh(PathDefinition path, int index) =>
        $"encap(nsh,prop(class=nsh,type=md_type,val=1)),set_field:{path.NshPathId.Value}->nsh_spi,set_field:{index}->nsh_si,";

    private static string NshAddresses(MacAddress to, MacAddress forwarder) => $"set_field:{forwarder}->eth_src,{To(to)}";

    // RFC 8300, section 2.2: an incoming 0 counts as 64, so that it leaves as 63.
    private static string LowerTtl(CarriedHeaderCase carried) =>
        carried.Kind == EncapsulationKind.Mpls ? "dec_mpls_ttl," : carried.IsZeroTtl ? ForgottenTtl : "dec_nsh_ttl,";

    private static int Label(PathDefinition path, int index) => (path.MplsPathId << 8) | index;
}
