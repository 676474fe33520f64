using System.CommandLine;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.PortChains;

/// <summary><c>sfc chain</c>.</summary>
internal static class ChainCommand
{
    private const string Parameters = "chain_parameters";

    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Chain, new ResourceView(
        RefersTo: [Noun.Group, Noun.Classifier],
        Columns:
        [
            new("chain id", (chain, _) => chain["chain_id"]?.ToJsonString() ?? ""),
            new("groups", (chain, names) => names.OfAll(chain["port_pair_groups"])),
            new("classifiers", (chain, names) => names.OfAll(chain["flow_classifiers"])),
        ]))
    {
        Create =
        [
            ValueOption.References("--group", "port_pair_groups", Noun.Group, "A port pair group, in the order of the path. May be repeated.", required: true),
            ValueOption.References("--classifier", "flow_classifiers", Noun.Classifier, "A flow classifier. May be repeated."),
            ValueOption.Text("--correlation", $"{Parameters}.correlation", "How the path is carried: mpls or nsh; without it mpls.", "mpls|nsh"),
            ValueOption.Flag("--symmetric", $"{Parameters}.symmetric", "The way back passes the same members in reverse order."),
            ValueOption.Number("--chain-id", "chain_id", "Service path id on the wire; without it one is chosen."),
        ],
        Set = [new ReferenceListChange(Noun.Group, "port_pair_groups"), new ReferenceListChange(Noun.Classifier, "flow_classifiers")],
    }.Build();
}
