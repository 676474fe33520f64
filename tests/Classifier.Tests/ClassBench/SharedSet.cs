using System.Collections.Immutable;
using NetworkingSfc.Sfc.Classify;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Classifier.Tests.ClassBench;

/// <summary>One of the shared rule sets, as it is or carried over to IPv6.</summary>
internal sealed class SharedSet
{
    private readonly string _name;
    private readonly Ipv6Mapping? _mapping;
    private readonly ImmutableArray<FlowRule> _original;

    public SharedSet(string name, bool ipv6)
    {
        Assert.SkipUnless(Repository.HasShared, $"{name}: no shared test material beside the checkout");
        _name = name;
        _original = RuleFile.Read(PathOf("rules"));
        _mapping = ipv6 ? new Ipv6Mapping(new Random(_original.Length)) : null;
        Rules = _mapping is null ? _original : [.. _original.Select(_mapping.Map)];
    }

    public ImmutableArray<FlowRule> Rules { get; }

    public ImmutableArray<TracePacket> Trace(string kind)
    {
        ImmutableArray<TracePacket> packets = TraceFile.Read(PathOf(kind + ".trace"));
        return _mapping is null ? packets : [.. packets.Select(packet => packet with { Key = _mapping.Map(packet.Key) })];
    }

    public UpdateScript Updates()
    {
        UpdateScript script = UpdateScript.Read(PathOf("updates"), _original);
        return _mapping is null
            ? script
            : new UpdateScript(Rules, [.. script.Steps.Select(step => step with { Packet = step.Packet with { Key = _mapping.Map(step.Packet.Key) } })]);
    }

    private string PathOf(string kind) => Path.Combine(Repository.Shared, "classbench", $"{_name}.{kind}.gz");
}
