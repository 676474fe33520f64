using System.Collections.Immutable;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>Flow classifiers in the API: table, rules and answers (sfc-api, section 7).</summary>
internal sealed class FlowClassifierKind : ResourceKindOf<FlowClassifier>
{
    /// <inheritdoc/>
    public override string Singular => "flow_classifier";

    /// <inheritdoc/>
    public override string Plural => "flow_classifiers";

    /// <inheritdoc/>
    public override AttributeTable Attributes { get; } = new(
        SfcRules.Id,
        SfcRules.Name with { Read = Texts.UpTo255OrNull, Schema = Schema.TextOrNull },
        SfcRules.Description with { Read = Texts.UpTo255OrNull, Schema = Schema.TextOrNull },
        SfcRules.TenantId,
        new AttributeRule("ethertype", AttributeUse.Post, FlowClassifierReaders.Ethertype, Schema.WordsOrNull("IPv4", "IPv6")) { Default = IpFamily.IPv4, Accepts = "IPv4 or IPv6" },
        new AttributeRule("protocol", AttributeUse.Post, FlowClassifierReaders.Protocol, Schema.WordsOrNull("tcp", "udp", "icmp")) { Accepts = "tcp, udp, icmp or null" },
        new AttributeRule("source_port_range_min", AttributeUse.Post, FlowClassifierReaders.PortBound, Schema.PortOrNull) { Accepts = "a port number from 0 to 65535, or null" },
        new AttributeRule("source_port_range_max", AttributeUse.Post, FlowClassifierReaders.PortBound, Schema.PortOrNull) { Accepts = "a port number from 0 to 65535, or null" },
        new AttributeRule("destination_port_range_min", AttributeUse.Post, FlowClassifierReaders.PortBound, Schema.PortOrNull) { Accepts = "a port number from 0 to 65535, or null" },
        new AttributeRule("destination_port_range_max", AttributeUse.Post, FlowClassifierReaders.PortBound, Schema.PortOrNull) { Accepts = "a port number from 0 to 65535, or null" },
        new AttributeRule("source_ip_prefix", AttributeUse.Post, Prefixes.OneOrNull, Schema.PrefixOrNull) { Accepts = "address/length such as 10.0.0.0/8, or null" },
        new AttributeRule("destination_ip_prefix", AttributeUse.Post, Prefixes.OneOrNull, Schema.PrefixOrNull) { Accepts = "address/length such as 10.0.0.0/8, or null" },
        new AttributeRule("logical_source_port", AttributeUse.Post, Ids.OneOrNull, Schema.IdOrNull) { RefersTo = "ports", Accepts = "a port, or null" },
        new AttributeRule("logical_destination_port", AttributeUse.Post, Ids.OneOrNull, Schema.IdOrNull) { RefersTo = "ports", Accepts = "a port, or null" },
        new AttributeRule("l7_parameters", AttributeUse.Post, FlowClassifierReaders.L7Parameters, Schema.EmptyObjectOrNull) { Accepts = "{} or null" });

    /// <inheritdoc/>
    public override ImmutableArray<ResourceMember<FlowClassifier>> Members { get; } =
    [
        ResourceMember<FlowClassifier>.Id("id", classifier => classifier.Id),
        ResourceMember<FlowClassifier>.Text("name", classifier => classifier.Name),
        ResourceMember<FlowClassifier>.Text("description", classifier => classifier.Description),
        ResourceMember<FlowClassifier>.Text("project_id", classifier => classifier.ProjectId),
        ResourceMember<FlowClassifier>.Text("ethertype", classifier => FlowClassifierReaders.Word(classifier.Ethertype)) with { ConvertFilter = FlowClassifierReaders.EthertypeFilter },
        ResourceMember<FlowClassifier>.Text("protocol", classifier => FlowClassifierReaders.Word(classifier.Protocol)) with { ConvertFilter = FlowClassifierReaders.ProtocolFilter },
        Bound("source_port_range_min", classifier => classifier.SourcePorts.Min),
        Bound("source_port_range_max", classifier => classifier.SourcePorts.Max),
        Bound("destination_port_range_min", classifier => classifier.DestinationPorts.Min),
        Bound("destination_port_range_max", classifier => classifier.DestinationPorts.Max),
        ResourceMember<FlowClassifier>.Text("source_ip_prefix", classifier => classifier.SourceIpPrefix?.Text),
        ResourceMember<FlowClassifier>.Text("destination_ip_prefix", classifier => classifier.DestinationIpPrefix?.Text),
        ResourceMember<FlowClassifier>.Id("logical_source_port", classifier => classifier.LogicalSourcePort),
        ResourceMember<FlowClassifier>.Id("logical_destination_port", classifier => classifier.LogicalDestinationPort),
        ResourceMember<FlowClassifier>.Json("l7_parameters", _ => "{}"),
        ResourceMember<FlowClassifier>.Text("tenant_id", classifier => classifier.ProjectId),
    ];

    /// <inheritdoc/>
    public override ApiProblem NotFound(string id) => FlowClassifierProblems.NotFound(id);

    /// <inheritdoc/>
    protected override ResourceCollection<FlowClassifier> In(ResourceSet set) => set.FlowClassifiers;

    /// <inheritdoc/>
    protected override ResourceSet Put(ResourceSet set, ResourceCollection<FlowClassifier> collection) => set with { FlowClassifiers = collection };

    /// <inheritdoc/>
    protected override FlowClassifier Built(Guid id, AttributeValues values) => new()
    {
        Id = id,
        Name = values.Get<string>("name"),
        Description = values.Get<string>("description"),
        ProjectId = values.Get<string>("tenant_id"),
        Ethertype = values.Get<IpFamily>("ethertype"),
        Protocol = values.Get<FlowProtocol?>("protocol"),
        SourcePorts = new PortBounds(values.Get<ushort?>("source_port_range_min"), values.Get<ushort?>("source_port_range_max")),
        DestinationPorts = new PortBounds(values.Get<ushort?>("destination_port_range_min"), values.Get<ushort?>("destination_port_range_max")),
        SourceIpPrefix = values.Get<IpPrefix?>("source_ip_prefix"),
        DestinationIpPrefix = values.Get<IpPrefix?>("destination_ip_prefix"),
        LogicalSourcePort = values.Get<Guid?>("logical_source_port"),
        LogicalDestinationPort = values.Get<Guid?>("logical_destination_port"),
    };

    /// <inheritdoc/>
    protected override ChangeResult Create(ResourceSet set, FlowClassifier built, AttributeValues values, Caller caller)
    {
        ApiProblem? problem = RefusePorts(built.SourcePorts, built.Protocol, "source_port_range_min")
            ?? RefusePorts(built.DestinationPorts, built.Protocol, "destination_port_range_min")
            ?? RefuseFamily(built.SourceIpPrefix, built.Ethertype, "source_ip_prefix")
            ?? RefuseFamily(built.DestinationIpPrefix, built.Ethertype, "destination_ip_prefix")
            ?? RefuseUnknownPort(set, built.LogicalSourcePort, caller, "logical_source_port")
            ?? RefuseUnknownPort(set, built.LogicalDestinationPort, caller, "logical_destination_port");
        if (problem is not null)
        {
            return problem;
        }

        foreach (FlowClassifier other in OverlapIndex.Overlapping(set.FlowClassifiers, built))
        {
            if (built.Overlaps(other) && caller.Compares(built, other))
            {
                return FlowClassifierProblems.InConflict(other.Id);
            }
        }

        return Replace(set, built);
    }

    /// <inheritdoc/>
    protected override ApiProblem? InUse(ResourceSet set, FlowClassifier current) =>
        KeyIndex<PortChain, Guid>.Find(set.PortChains, current.Id) is not null ? FlowClassifierProblems.InUse(current.Id) : null;

    /// <summary>An inverted range is named before a missing protocol.</summary>
    private static ApiProblem? RefusePorts(PortBounds ports, FlowProtocol? protocol, string attribute)
    {
        if (ports.Min > ports.Max)
        {
            return FlowClassifierProblems.InvalidPortRange(ports, attribute);
        }

        return ports.IsGiven && protocol is not (FlowProtocol.Tcp or FlowProtocol.Udp) ? FlowClassifierProblems.ProtocolRequired(attribute) : null;
    }

    private static ApiProblem? RefuseFamily(IpPrefix? prefix, IpFamily ethertype, string attribute) =>
        prefix is { } given && given.Family != ethertype ? FlowClassifierProblems.PrefixFamily(given, ethertype, attribute) : null;

    private static ApiProblem? RefuseUnknownPort(ResourceSet set, Guid? port, Caller caller, string attribute) =>
        port is { } id && caller.Find(set.Ports, id) is null ? FlowClassifierProblems.PortNotFound(id, attribute) : null;

    private static ResourceMember<FlowClassifier> Bound(string name, Func<FlowClassifier, ushort?> value) =>
        ResourceMember<FlowClassifier>.Number(name, classifier => value(classifier)) with { ConvertFilter = FlowClassifierReaders.PortBound };
}
