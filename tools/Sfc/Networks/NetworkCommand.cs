using System.CommandLine;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.Networks;

/// <summary><c>sfc network</c>.</summary>
internal static class NetworkCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Network, new ResourceView(
        RefersTo: [],
        Columns: [new("mtu", (network, _) => network["mtu"]?.ToJsonString() ?? "")]))
    {
        Create = [Mtu(), Switching()],
        Set = [Mtu(), Switching()],
    }.Build();

    private static AttributeOption Mtu() =>
        ValueOption.Number("--mtu", "mtu", "Largest frame, without Ethernet header and VLAN tags, that its ports send.");

    private static AttributeOption Switching() =>
        ValueOption.Text("--switching", "switching", "static: only addresses of ports are known; learn: stations are learned, unknown destinations flooded.", "WORD");
}
