using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.PortPairGroups;

/// <summary><c>sfc group</c>.</summary>
internal static class GroupCommand
{
    private const string Parameters = "port_pair_group_parameters";
    private const string Mapping = $"{Parameters}.ppg_n_tuple_mapping";

    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Group, new ResourceView(
        RefersTo: [Noun.Pair],
        Columns:
        [
            new("port pairs", (group, names) => names.OfAll(group["port_pairs"])),
            new("tap", (group, _) => group["tap_enabled"]?.ToJsonString() == "true" ? "yes" : "no"),
        ]))
    {
        Create =
        [
            ValueOption.References("--pair", "port_pairs", Noun.Pair, "A member. May be repeated."),
            ValueOption.Texts("--lb-field", $"{Parameters}.lb_fields", "Header field to choose the member by; without any, the five-tuple. May be repeated.",
                "eth_src|eth_dst|ip_src|ip_dst|tcp_src|tcp_dst|udp_src|udp_dst"),
            ValueOption.Flag("--tap", "tap_enabled", "The group gets copies only."),
            ValueOption.Pairs("--ingress-tuple", $"{Mapping}.ingress_n_tuple", "What packets look like before the functions rewrite them. May be repeated."),
            ValueOption.Pairs("--egress-tuple", $"{Mapping}.egress_n_tuple", "What packets look like after the functions have rewritten them. May be repeated."),
            OnEmpty(),
            Exclusive(),
        ],
        Set = [new ReferenceListChange(Noun.Pair, "port_pairs"), OnEmpty(), Exclusive()],
    }.Build();

    private static ValueOption<string> OnEmpty()
    {
        const string Default = "default";
        Option<string> option = ValueOption.New<string>(
            "--on-empty", "What happens to packets while no member has weight: drop, skip the group, leave the chain, or what the server does by default.", $"drop|skip|leave|{Default}");
        return new ValueOption<string>(option, "on_empty", (word, _) => Task.FromResult<JsonNode?>(word == Default ? null : JsonValue.Create(word)));
    }

    private static AttributeOption Exclusive() =>
        ValueOption.Flag("--exclusive", "exclusive", "The functions rewrite addresses as they like, and the group is in one chain only. With false behind it: no longer.");
}
