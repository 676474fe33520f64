using System.Text.Json.Serialization;

namespace NetworkingSfc.Sfc.Replay;

/// <summary>What a replay counted, in the form of <c>--json</c>.</summary>
/// <param name="Received">Frames taken from ports.</param>
/// <param name="Sent">Frames given to ports.</param>
/// <param name="Generated">Frames the forwarder made itself.</param>
/// <param name="Held">Frames it still has.</param>
/// <param name="NotLearned">Of the received ones, those whose sender found no place among the learned stations. They went their way; what is for the sender is flooded.</param>
/// <param name="Dropped">Dropped frames by reason.</param>
/// <param name="Chains">The chains.</param>
/// <param name="Ports">The ports.</param>
internal sealed record ReplayReport(
    long Received,
    long Sent,
    long Generated,
    long Held,
    long NotLearned,
    IReadOnlyDictionary<string, long> Dropped,
    IReadOnlyList<ChainReport> Chains,
    IReadOnlyList<PortReport> Ports)
{
    /// <summary>received + generated - sent - dropped - held: anything but 0 is a defect of the forwarder.</summary>
    [JsonIgnore]
    public long SumLawDifference => Received + Generated - Sent - Dropped.Values.Sum() - Held;
}

/// <summary>A chain: frames that entered it, length as received.</summary>
internal sealed record ChainReport(string Id, string Name, long Packets, long Bytes, IReadOnlyList<HopReport> Hops);

/// <summary>A hop of a chain, counted from 1.</summary>
internal sealed record HopReport(int Index, string Group, IReadOnlyList<MemberReport> Members);

/// <summary>A member: frames sent to it, length as sent; distinct values of the group's hash fields among them.</summary>
internal sealed record MemberReport(string PortPair, long Packets, long Bytes, long Flows);

/// <summary>A port: frames received from it and sent to it.</summary>
internal sealed record PortReport(string Name, long Received, long Sent);

/// <summary>Writes the report without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayReportJson : JsonSerializerContext;
