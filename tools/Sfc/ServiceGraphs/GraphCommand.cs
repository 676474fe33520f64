using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.ServiceGraphs;

/// <summary><c>sfc graph</c>.</summary>
internal static class GraphCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Graph, new ResourceView(
        RefersTo: [Noun.Chain],
        Columns: [new("branches", Branches)]))
    {
        Create = [new BranchOption()],
    }.Build();

    private static string Branches(JsonObject graph, KnownNames names) => graph["port_chains"] is JsonObject branches
        ? string.Join("; ", branches.Select(branch => $"{names.Of(JsonValue.Create(branch.Key))} to {names.OfAll(branch.Value)}"))
        : "";
}
