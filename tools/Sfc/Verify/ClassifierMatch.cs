using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Parsing;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Sfc.Verify;

/// <summary>Whether a classifier takes a packet, read off the classifier itself: rules about known differences must not lean on the engine they judge.</summary>
internal static class ClassifierMatch
{
    /// <summary>Whether it does, logical ports aside.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="packet">The packet's headers.</param>
    public static bool Takes(FlowClassifier classifier, in PacketHeaders packet) =>
        packet.IpVersion == (classifier.Ethertype == IpFamily.IPv4 ? 4 : 6)
        && (classifier.Protocol is not FlowProtocol protocol || packet.Protocol == NumberOf(protocol, classifier.Ethertype))
        && Holds(classifier.SourceIpPrefix, packet.SourceAddress)
        && Holds(classifier.DestinationIpPrefix, packet.DestinationAddress)
        && Holds(classifier.SourcePorts, packet.SourcePort)
        && Holds(classifier.DestinationPorts, packet.DestinationPort);

    /// <summary>The classifier of the way back.</summary>
    public static FlowClassifier Swapped(FlowClassifier classifier) => classifier with
    {
        SourceIpPrefix = classifier.DestinationIpPrefix,
        DestinationIpPrefix = classifier.SourceIpPrefix,
        SourcePorts = classifier.DestinationPorts,
        DestinationPorts = classifier.SourcePorts,
    };

    /// <summary>The classifier as the reference reads it: a bound of 0 is none, and without a lower one the lowest port is 1.</summary>
    public static FlowClassifier WithoutZeros(FlowClassifier classifier) => classifier with
    {
        SourcePorts = WithoutZeros(classifier.SourcePorts),
        DestinationPorts = WithoutZeros(classifier.DestinationPorts),
    };

    private static PortBounds WithoutZeros(PortBounds bounds) => (bounds.Lowest, bounds.Max ?? 0) switch
    {
        (0, 0) => default,
        (ushort lowest, ushort highest) => new PortBounds(ushort.Max(1, lowest), highest == 0 ? ushort.MaxValue : highest),
    };

    private static byte NumberOf(FlowProtocol protocol, IpFamily family) => (protocol, family) switch
    {
        (FlowProtocol.Tcp, _) => IpProtocol.Tcp,
        (FlowProtocol.Udp, _) => IpProtocol.Udp,
        (_, IpFamily.IPv4) => IpProtocol.Icmp,
        _ => IpProtocol.Icmpv6,
    };

    private static bool Holds(IpPrefix? prefix, UInt128 address) => prefix is not IpPrefix given || (address & given.Mask) == given.Network;

    private static bool Holds(PortBounds bounds, ushort port) => !bounds.IsGiven || (port >= bounds.Lowest && port <= bounds.Highest);
}
