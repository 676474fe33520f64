using System.Text.Json;

namespace NetworkingSfc.Conformance.Tests.Replaying;

/// <summary>The counts that <c>--json</c> prints, read from the printed text.</summary>
internal sealed class ReplayCounts(string text)
{
    private readonly JsonElement _root = JsonDocument.Parse(text).RootElement;

    public long Received => Number("received");

    public long Sent => Number("sent");

    public long Generated => Number("generated");

    public long Held => Number("held");

    public long NotLearned => Number("not_learned");

    /// <summary>Dropped frames by reason, sorted: <c>malformed=1 unknown_path=2</c>; nothing when nothing was dropped.</summary>
    public string Dropped => string.Join(' ', _root.GetProperty("dropped").EnumerateObject()
        .Select(reason => $"{reason.Name}={reason.Value.GetInt64()}").Order(StringComparer.Ordinal));

    /// <summary>received + generated - sent - dropped - held.</summary>
    public long SumLawDifference =>
        Received + Generated - Sent - Held - _root.GetProperty("dropped").EnumerateObject().Sum(reason => reason.Value.GetInt64());

    /// <summary>Names, received and sent of the ports, in order: <c>src 2 0</c>.</summary>
    public IReadOnlyList<string> Ports => [.. _root.GetProperty("ports").EnumerateArray()
        .Select(port => $"{port.GetProperty("name").GetString()} {port.GetProperty("received").GetInt64()} {port.GetProperty("sent").GetInt64()}")];

    /// <summary>Packets and bytes that entered a chain.</summary>
    public (long Packets, long Bytes) Chain(string name)
    {
        JsonElement chain = ChainElement(name);
        return (chain.GetProperty("packets").GetInt64(), chain.GetProperty("bytes").GetInt64());
    }

    /// <summary>Hops of a chain: index, group, then each member's pair, packets, bytes and flows.</summary>
    public IReadOnlyList<HopCounts> Hops(string chain) => [.. ChainElement(chain).GetProperty("hops").EnumerateArray().Select(hop => new HopCounts(
        hop.GetProperty("index").GetInt32(),
        hop.GetProperty("group").GetString()!,
        [.. hop.GetProperty("members").EnumerateArray().Select(member => new MemberCounts(
            member.GetProperty("port_pair").GetString()!,
            member.GetProperty("packets").GetInt64(),
            member.GetProperty("bytes").GetInt64(),
            member.GetProperty("flows").GetInt64()))]))];

    /// <summary>Names of the members of the printed object, in order.</summary>
    public IReadOnlyList<string> Members => [.. _root.EnumerateObject().Select(member => member.Name)];

    private JsonElement ChainElement(string name) =>
        _root.GetProperty("chains").EnumerateArray().Single(chain => chain.GetProperty("name").GetString() == name);

    private long Number(string name) => _root.GetProperty(name).GetInt64();
}

/// <summary>A hop as printed.</summary>
internal sealed record HopCounts(int Index, string Group, IReadOnlyList<MemberCounts> Members);

/// <summary>A member as printed.</summary>
internal sealed record MemberCounts(string PortPair, long Packets, long Bytes, long Flows);
