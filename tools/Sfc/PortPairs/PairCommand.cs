using System.CommandLine;
using System.Text.Json.Nodes;
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
            new ValueOption<long>(ValueOption.New<long>("--weight", "Share of the flows relative to the other pairs of the group; 0 takes no new ones.", "N"), $"{Parameters}.weight", Weigh),
        ],
    }.Build();

    // The API keeps parameters as they are sent, and no group takes a pair that was sent some without a correlation.
    private static Task<JsonNode?> Weigh(long weight, BodyFilling filling)
    {
        if (filling.Body[Parameters] is null)
        {
            filling.Put($"{Parameters}.correlation", null);
        }

        return Task.FromResult<JsonNode?>(JsonValue.Create(weight));
    }
}
