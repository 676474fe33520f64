using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.Ports;

/// <summary><c>sfc port</c>.</summary>
internal static class PortCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Port, new ResourceView(
        RefersTo: [Noun.Network],
        Columns:
        [
            new("network", (port, names) => names.Of(port["network_id"])),
            new("mac", (port, _) => NameLookup.TextOf(port, "mac_address"), IsWhole: true),
            new("addresses", (port, _) => Addresses(port)),
            new("device", (port, _) => NameLookup.TextOf(port, "device_id")),
        ]))
    {
        Create =
        [
            ValueOption.Reference("--network", "network_id", Noun.Network, "Network that the port is on.", required: true),
            .. Changeable(),
        ],
        Set = Changeable(),
    }.Build();

    private static AttributeOption[] Changeable() =>
    [
        ValueOption.Text("--device", "device_id", "Instance that the port belongs to; the ports of a port pair have the same.", "DEVICE"),
        ValueOption.Text("--mac", "mac_address", "Ethernet address; without it one is chosen.", "MAC"),
        ValueOption.Wrapped("--ip", "fixed_ips", "ip_address", "IP address; all that the port shall have are named. May be repeated.", "IP"),
    ];

    private static string Addresses(JsonObject port) =>
        port["fixed_ips"] is JsonArray ips ? string.Join(", ", ips.OfType<JsonObject>().Select(ip => NameLookup.TextOf(ip, "ip_address"))) : "";
}
