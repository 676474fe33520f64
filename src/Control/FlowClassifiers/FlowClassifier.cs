using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.FlowClassifiers;

/// <summary>Which flows enter a chain. Null members match anything.</summary>
public sealed record FlowClassifier : Resource
{
    /// <summary>Family of the packets matched (<c>ethertype</c>).</summary>
    public IpFamily Ethertype { get; init; } = IpFamily.IPv4;

    /// <summary>Protocol matched.</summary>
    public FlowProtocol? Protocol { get; init; }

    /// <summary>Source ports matched.</summary>
    public PortBounds SourcePorts { get; init; }

    /// <summary>Destination ports matched.</summary>
    public PortBounds DestinationPorts { get; init; }

    /// <summary>Source addresses matched.</summary>
    public IpPrefix? SourceIpPrefix { get; init; }

    /// <summary>Destination addresses matched.</summary>
    public IpPrefix? DestinationIpPrefix { get; init; }

    /// <summary>Port the packets come from; null means any port that is not a port of a port pair.</summary>
    public Guid? LogicalSourcePort { get; init; }

    /// <summary>Port the packets go to, used by symmetric chains.</summary>
    public Guid? LogicalDestinationPort { get; init; }

    /// <summary>
    /// True when some packet could match both, the logical ports left aside: the rule between classifiers of
    /// different chains, whose later hops are classified again without the source port.
    /// </summary>
    /// <param name="other">The other classifier.</param>
    public bool OverlapsIgnoringPorts(FlowClassifier other) =>
        Ethertype == other.Ethertype
        && (Protocol is null || other.Protocol is null || Protocol == other.Protocol)
        && Overlap(SourceIpPrefix, other.SourceIpPrefix)
        && Overlap(DestinationIpPrefix, other.DestinationIpPrefix)
        && SourcePorts.Overlaps(other.SourcePorts)
        && DestinationPorts.Overlaps(other.DestinationPorts);

    /// <summary>True when some packet could match both: the rule between any two classifiers.</summary>
    /// <param name="other">The other classifier.</param>
    public bool Overlaps(FlowClassifier other) =>
        OverlapsIgnoringPorts(other)
        && Overlap(LogicalSourcePort, other.LogicalSourcePort)
        && Overlap(LogicalDestinationPort, other.LogicalDestinationPort);

    /// <summary>True when both say the same of what they match, whatever their names.</summary>
    /// <param name="other">The other classifier.</param>
    public bool MatchesAlike(FlowClassifier other) =>
        (Ethertype, Protocol, SourcePorts, DestinationPorts) == (other.Ethertype, other.Protocol, other.SourcePorts, other.DestinationPorts)
        && (SourceIpPrefix, DestinationIpPrefix) == (other.SourceIpPrefix, other.DestinationIpPrefix)
        && (LogicalSourcePort, LogicalDestinationPort) == (other.LogicalSourcePort, other.LogicalDestinationPort);

    private static bool Overlap(IpPrefix? a, IpPrefix? b) => a is null || b is null || a.Value.Overlaps(b.Value);

    private static bool Overlap(Guid? a, Guid? b) => a is null || b is null || a == b;
}
