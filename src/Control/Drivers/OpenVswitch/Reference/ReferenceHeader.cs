using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

/// <summary>How the reference writes, matches and removes the encapsulation of a chain.</summary>
internal static class ReferenceHeader
{
    private const int MaxLabelPathId = 4095;

    /// <summary>Whether the labels of a chain exist: 20 bits hold the chain id and an index. Flows with larger ones are refused by the switch.</summary>
    public static bool Fits(PortChain chain) => chain.Correlation == Correlation.Nsh || chain.ChainId <= MaxLabelPathId;

    /// <summary>The EtherType that frames have with an encapsulation.</summary>
    public static string EtherType(Correlation correlation) => correlation switch
    {
        Correlation.Mpls => "0x8847",
        Correlation.Nsh => "0x894f",
        _ => "0x800",
    };

    /// <summary>Actions that write the header; each ends with a comma.</summary>
    public static string Push(PortChain chain, int index) => chain.Correlation == Correlation.Nsh
        ? $"encap(nsh,prop(class=nsh,type=md_type,val=1)),set_field:0x{chain.ChainId:x}->nsh_spi,set_field:0x{index:x}->nsh_si,encap(ethernet),"
        : $"push_mpls:0x8847,set_mpls_label:{Label(chain, index)},set_mpls_ttl:{index},";

    /// <summary>Actions that take the header off; each ends with a comma. Whatever was inside becomes IPv4.</summary>
    public static string Pop(PortChain chain) => chain.Correlation == Correlation.Nsh ? "decap(),decap()," : "pop_mpls:0x0800,";

    /// <summary>Actions that take the header off and keep the destination address; each ends with a comma.</summary>
    public static string PopForFunction(PortChain chain) => chain.Correlation == Correlation.Nsh
        ? "move:NXM_OF_ETH_DST->OXM_OF_PKT_REG0[0..47],decap(),decap(),move:OXM_OF_PKT_REG0[0..47]->NXM_OF_ETH_DST,"
        : Pop(chain);

    /// <summary>Matches the header.</summary>
    public static FlowMatch Match(FlowMatch start, Correlation correlation, PortChain chain, int index) => correlation == Correlation.Nsh
        ? start.With("eth_type=0x894f").With("nsh_mdtype", 1).With("nsh_spi", chain.ChainId).With("nsh_si", index)
        : start.With("eth_type=0x8847").With("mpls_label", Label(chain, index));

    /// <summary>Path id and index in one number.</summary>
    public static int Label(PortChain chain, int index) => (chain.ChainId << 8) | index;
}
