using System.CommandLine;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;
using NetworkingSfc.Sfc.Resources;

namespace NetworkingSfc.Sfc.FlowClassifiers;

/// <summary><c>sfc classifier</c>.</summary>
internal static class ClassifierCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create() => new ResourceCommand(Noun.Classifier, new ResourceView(
        RefersTo: [Noun.Port],
        Columns:
        [
            new("matches", (classifier, _) => Summary(classifier)),
            new("from port", (classifier, names) => classifier["logical_source_port"] is { } port ? names.Of(port) : "any"),
        ]))
    {
        Create =
        [
            ValueOption.Text("--ethertype", "ethertype", "Family of the packets; without it IPv4.", "IPv4|IPv6"),
            ValueOption.Text("--protocol", "protocol", "Protocol; without it any.", "tcp|udp|icmp"),
            ValueOption.Text("--source-ip-prefix", "source_ip_prefix", "Source addresses; without it any.", "PREFIX"),
            ValueOption.Text("--destination-ip-prefix", "destination_ip_prefix", "Destination addresses; without it any.", "PREFIX"),
            new PortRangeOption("--source-port", "source_port_range", "Source ports; without it any."),
            new PortRangeOption("--destination-port", "destination_port_range", "Destination ports; without it any."),
            ValueOption.Reference("--logical-source-port", "logical_source_port", Noun.Port, "Port the packets come from; without it any that is not of a port pair."),
            ValueOption.Reference("--logical-destination-port", "logical_destination_port", Noun.Port, "Port the packets go to; symmetric chains need it."),
        ],
    }.Build();

    private static string Summary(JsonObject classifier)
    {
        string protocol = classifier["protocol"]?.GetValue<string>() is { } given ? $" {given}" : "";
        return $"{NameLookup.TextOf(classifier, "ethertype")}{protocol}, {End(classifier, "source")} to {End(classifier, "destination")}";
    }

    private static string End(JsonObject classifier, string end)
    {
        string prefix = classifier[$"{end}_ip_prefix"]?.GetValue<string>() ?? "any";
        string? lowest = classifier[$"{end}_port_range_min"]?.ToJsonString();
        string? highest = classifier[$"{end}_port_range_max"]?.ToJsonString();
        return lowest is null && highest is null ? prefix
            : lowest == highest ? $"{prefix} port {lowest}"
            : $"{prefix} ports {lowest ?? "0"}-{highest ?? "65535"}";
    }
}
