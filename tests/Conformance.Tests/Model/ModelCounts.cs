namespace NetworkingSfc.Conformance.Tests.Model;

/// <summary>Rules 16 and 17: what the model counted.</summary>
internal sealed class ModelCounts
{
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _received = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly Dictionary<string, (long Packets, long Bytes)> _chains = [];
    private readonly Dictionary<(string Chain, string Group, string Pair), (long Packets, long Bytes, HashSet<string> Flows)> _members = [];

    public string Dropped => string.Join(' ', _dropped.Select(entry => $"{entry.Key}={entry.Value}"));

    public long ReceivedTotal => _received.Values.Sum();

    /// <summary>Copies, sent or not, and answers.</summary>
    public long Generated { get; set; }

    public long SentTotal => _sent.Values.Sum();

    public void Received(string port) => _received[port] = _received.GetValueOrDefault(port) + 1;

    public void Sent(string port) => _sent[port] = _sent.GetValueOrDefault(port) + 1;

    public void Drop(string reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    public void Entered(string chain, int bytes)
    {
        (long packets, long sum) = _chains.GetValueOrDefault(chain);
        _chains[chain] = (packets + 1, sum + bytes);
    }

    public void Steered(string chain, string group, string pair, int bytes, string flow)
    {
        (long packets, long sum, HashSet<string>? flows) = _members.GetValueOrDefault((chain, group, pair));
        flows ??= [];
        flows.Add(flow);
        _members[(chain, group, pair)] = (packets + 1, sum + bytes, flows);
    }

    public string Port(string name) => $"{name} {_received.GetValueOrDefault(name)} {_sent.GetValueOrDefault(name)}";

    public (long Packets, long Bytes) Chain(string name) => _chains.GetValueOrDefault(name);

    public (long Packets, long Bytes, long Flows) Member(string chain, string group, string pair)
    {
        (long packets, long bytes, HashSet<string>? flows) = _members.GetValueOrDefault((chain, group, pair));
        return (packets, bytes, flows?.Count ?? 0);
    }
}
