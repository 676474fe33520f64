using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Ports;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Drivers.OpenVswitch.Reference;

/// <summary>Classifiers of a chain as the reference's agent matches them.</summary>
internal sealed class ReferenceClassifiers
{
    private const string RouterInterface = "network:router_interface";
    private const string RouterInterfaceDistributed = "network:router_interface_distributed";
    private const string HighAvailabilityRouterInterface = "network:ha_router_replicated_interface";

    private readonly ResourceSet _set;
    private readonly PortChain _chain;
    private readonly bool _isReverse;
    private readonly OpenFlowProgramBuilder _program;

    public ReferenceClassifiers(ResourceSet set, PortChain chain, bool isReverse, OpenFlowProgramBuilder program)
    {
        _set = set;
        _chain = chain;
        _isReverse = isReverse;
        _program = program;
    }

    /// <summary>Classifiers of the chain that the reference's API lets through: without a logical source port it refuses them.</summary>
    private IEnumerable<FlowClassifier> All
    {
        get
        {
            foreach (FlowClassifier classifier in _chain.FlowClassifiers.Select(id => _set.FlowClassifiers[id]))
            {
                if (classifier.LogicalSourcePort is null)
                {
                    _program.NotRendered(_chain.Id, $"The reference refuses flow classifier {classifier.Id}: it has no logical source port.");
                }
                else
                {
                    yield return classifier;
                }
            }
        }
    }

    /// <summary>
    /// The ports where frames enter the path. On the way back the destination port of the first classifier that names a
    /// source port stands for it, so those of further ones get no flow.
    /// </summary>
    public IEnumerable<Guid> SourcePorts => All.Select(classifier => classifier.LogicalSourcePort!.Value).Distinct().Select(SourcePort).OfType<Guid>().Distinct();

    /// <summary>What to match at a place where frames enter the path.</summary>
    public IEnumerable<FlowMatch> AtSource(Guid port, FlowMatch start, ReferenceMapping? mapping) =>
        All.Where(classifier => (_isReverse ? classifier.LogicalDestinationPort : classifier.LogicalSourcePort) == port)
            .SelectMany(classifier => Matches(classifier, start, mapping));

    /// <summary>What to match behind a function.</summary>
    public IEnumerable<FlowMatch> BehindFunction(FlowMatch start, ReferenceMapping? mapping) =>
        All.SelectMany(classifier => Matches(classifier, start, mapping));

    private Guid? SourcePort(Guid port)
    {
        Guid? named = port;
        if (_isReverse)
        {
            foreach (FlowClassifier classifier in All.Where(classifier => classifier.LogicalSourcePort == named))
            {
                named = classifier.LogicalDestinationPort;
            }
        }

        return named;
    }

    private IEnumerable<FlowMatch> Matches(FlowClassifier classifier, FlowMatch start, ReferenceMapping? mapping)
    {
        if (classifier.Ethertype == IpFamily.IPv6)
        {
            _program.NotRendered(_chain.Id, $"The reference cannot steer IPv6: flow classifier {classifier.Id} gets no flow.");
            return [];
        }

        FlowClassifier seen = WithPortAddresses(classifier);
        seen = mapping?.Over(seen, _isReverse) ?? seen;

        // The agent looks whether the field of the same name is set, and copies the other one.
        if (_isReverse && (seen.SourceIpPrefix is null) != (seen.DestinationIpPrefix is null))
        {
            _program.NotRendered(_chain.Id, $"The reference makes no valid flow for the way back of flow classifier {classifier.Id}: only one of its prefixes is known.");
            return [];
        }

        FlowMatch match = start.With("eth_type=0x800");
        match = WithPrefix(match, "nw_src", _isReverse ? seen.DestinationIpPrefix : seen.SourceIpPrefix);
        match = WithPrefix(match, "nw_dst", _isReverse ? seen.SourceIpPrefix : seen.DestinationIpPrefix);
        match = seen.Protocol switch
        {
            FlowProtocol.Tcp => match.With("nw_proto", 6),
            FlowProtocol.Udp => match.With("nw_proto", 17),
            FlowProtocol.Icmp => match.With("nw_proto", 1),
            _ => match,
        };
        return from destination in Masks(seen.DestinationPorts)
               from source in Masks(seen.SourcePorts)
               select WithPorts(match, _isReverse ? destination : source, _isReverse ? source : destination);
    }

    private FlowClassifier WithPortAddresses(FlowClassifier classifier) => classifier with
    {
        SourceIpPrefix = classifier.SourceIpPrefix ?? OnlyAddress(classifier.LogicalSourcePort),
        DestinationIpPrefix = classifier.DestinationIpPrefix ?? OnlyAddress(classifier.LogicalDestinationPort),
    };

    private IpPrefix? OnlyAddress(Guid? id)
    {
        if (id is not { } known)
        {
            return null;
        }

        Port port = _set.Ports[known];
        if (port.FixedIps.Length != 1 || port.DeviceOwner is RouterInterface or RouterInterfaceDistributed or HighAvailabilityRouterInterface)
        {
            return null;
        }

        // An IPv6 address in an IPv4 flow is refused by the switch; here it counts as none.
        IpAddressValue address = port.FixedIps[0].Address;
        return address.Family == IpFamily.IPv4 && IpPrefix.TryParse($"{address}/32", out IpPrefix prefix) ? prefix : null;
    }

    private static FlowMatch WithPrefix(FlowMatch match, string field, IpPrefix? prefix) =>
        prefix is { Length: > 0 } given ? match.With(field, given.Text) : match;

    private static FlowMatch WithPorts(FlowMatch match, string? source, string? destination)
    {
        match = source is null ? match : match.With("tp_src", source);
        return destination is null ? match : match.With("tp_dst", destination);
    }

    // The agent takes a bound of 0 for none.
    private static IEnumerable<string?> Masks(PortBounds bounds)
    {
        int lowest = bounds.Min ?? 0;
        int highest = bounds.Max ?? 0;
        IEnumerable<string?> masks = PortMasks.Of(Math.Max(1, lowest), highest == 0 ? ushort.MaxValue : highest);
        return lowest == 0 && highest == 0 ? [null] : masks;
    }
}
