using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Trace;

/// <summary>Records of a trace in words.</summary>
internal static class TraceText
{
    /// <summary>One record in one line.</summary>
    /// <param name="record">The record as the API sends it.</param>
    public static string Of(JsonObject record)
    {
        string what = (string?)record["effect"] switch
        {
            "copy" => " copy",
            "answer" => " answer",
            _ => "",
        };
        return $"#{record["packet"]}{what} in {PortOf(record["received"])}{Carried(record["received"])}{PlaceOf(record)}: {DecisionOf(record)}";
    }

    /// <summary>How the trace ended.</summary>
    /// <param name="end">The end as the API sends it.</param>
    public static string End(JsonObject end) => $"{end["reason"]} {end["packets"]} recorded"
        + ((long?)end["not_recorded"] is > 0 and long lost ? $", {lost} records found no room because they came faster than they were read." : ".");

    /// <summary>Name of a port, pair or chain, or its id when it has none.</summary>
    /// <param name="named">What the API says of it.</param>
    public static string NameOf(JsonNode? named) => named is JsonObject thing
        ? NameLookup.TextOf(thing, "name") is { Length: > 0 } name ? name : NameLookup.IdOf(thing)
        : "?";

    /// <summary>Name of the port that a frame passed.</summary>
    /// <param name="frame">What the API says of the frame.</param>
    public static string PortOf(JsonNode? frame) => NameOf(frame?["port"]);

    private static string PlaceOf(JsonObject record)
    {
        if (record["path"] is null)
        {
            return ", in no chain";
        }

        int done = (int)record["hops_done"]!;
        int hops = (int)record["hops"]!;
        string chain = record["chain"] is { } named ? $"chain {NameOf(named)}" : "path";
        return $", {chain} (SPI {record["path"]}) {(done < hops ? $"hop {done + 1} of {hops}" : $"behind its {hops} hops")}";
    }

    private static string DecisionOf(JsonObject record)
    {
        string member = record["member"] is { } pair ? $"{NameOf(pair)}, " : "";
        if ((string?)record["verdict"] == "drop")
        {
            string port = record["sent"] is { } meant ? $" for {PortOf(meant)}" : "";
            return $"{member}dropped{port} as {record["drop_reason"]}. {record["drop_description"]}";
        }

        return $"{member}out {PortOf(record["sent"])}{Carried(record["sent"])}, {record["sent"]?["length"]} bytes";
    }

    private static string Carried(JsonNode? frame) =>
        frame?["nsh"] is { } nsh ? $" with NSH {nsh["spi"]}/{nsh["si"]}"
        : frame?["mpls"] is { } mpls ? $" with MPLS label {mpls["label"]}"
        : "";
}
