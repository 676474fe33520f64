using System.CommandLine;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.PortPairs;

/// <summary><c>sfc pair</c>.</summary>
internal static class PairCommand
{
    private const string Parameters = "service_function_parameters";

    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Pair, new ResourceView(
        RefersTo: [Noun.Port],
        Columns:
        [
            new("ingress", (pair, names) => names.Of(pair["ingress"])),
            new("egress", (pair, names) => names.Of(pair["egress"])),
            new("correlation", (pair, _) => pair[Parameters]?["correlation"]?.GetValue<string>() ?? "-"),
            new("weight", (pair, _) => pair[Parameters]?["weight"]?.ToJsonString() ?? "1"),
        ]))
    {
        Create =
        [
            ValueOption.Reference("--ingress", "ingress", Noun.Port, "Port into the service function.", required: true),
            ValueOption.Reference("--egress", "egress", Noun.Port, "Port out of the service function; may be the same.", required: true),
            ValueOption.Text("--correlation", $"{Parameters}.correlation", "Encapsulation that the function understands: nsh or mpls; without it none.", "nsh|mpls"),
            ValueOption.Number("--weight", $"{Parameters}.weight", "Share of the flows relative to the other pairs of the group; 0 takes no new ones."),
        ],
    }.Build();
}
