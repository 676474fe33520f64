using System.Collections.Immutable;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Control.Planning;

/// <summary>
/// A set of flows as a box: an interval of each field. Prefixes and port ranges are intervals, so unions, intersections
/// and differences of what classifiers match are exact.
/// </summary>
internal readonly struct FlowRegion
{
    private const int Family = 0;
    private const int Protocol = 1;
    private const int Source = 2;
    private const int Destination = 3;
    private const int SourcePort = 4;
    private const int DestinationPort = 5;

    private readonly ImmutableArray<Interval> _fields;

    private FlowRegion(ImmutableArray<Interval> fields) => _fields = fields;

    /// <summary>What a classifier matches, its logical ports left aside.</summary>
    public static FlowRegion Of(FlowClassifier classifier)
    {
        bool isIpv6 = classifier.Ethertype == IpFamily.IPv6;
        Interval protocol = classifier.Protocol switch
        {
            FlowProtocol.Tcp => Interval.One(IpProtocol.Tcp),
            FlowProtocol.Udp => Interval.One(IpProtocol.Udp),
            FlowProtocol.Icmp => Interval.One(isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp),
            _ => new Interval(0, byte.MaxValue),
        };
        return new FlowRegion([
            FamilyOf(isIpv6),
            protocol,
            AddressesOf(classifier.SourceIpPrefix, isIpv6),
            AddressesOf(classifier.DestinationIpPrefix, isIpv6),
            new Interval(classifier.SourcePorts.Lowest, classifier.SourcePorts.Highest),
            new Interval(classifier.DestinationPorts.Lowest, classifier.DestinationPorts.Highest),
        ]);
    }

    /// <summary>DHCP, which no chain ever gets: UDP from or to one of two ports.</summary>
    public static ImmutableArray<FlowRegion> Dhcp { get; } = [.. DhcpOf(isIpv6: false, 67), .. DhcpOf(isIpv6: true, 546)];

    /// <summary>The flows of the other direction.</summary>
    public FlowRegion Reversed() =>
        new([_fields[Family], _fields[Protocol], _fields[Destination], _fields[Source], _fields[DestinationPort], _fields[SourcePort]]);

    /// <summary>True when some flow is in both.</summary>
    public bool Overlaps(in FlowRegion other)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (!_fields[field].Overlaps(other._fields[field]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The flows that are not in another region, as boxes that share none.</summary>
    public List<FlowRegion> Without(in FlowRegion other)
    {
        if (!Overlaps(other))
        {
            return [this];
        }

        List<FlowRegion> rest = [];
        ImmutableArray<Interval> inside = _fields;
        for (int field = 0; field < inside.Length; field++)
        {
            Interval ours = inside[field];
            Interval theirs = other._fields[field];
            if (ours.Low < theirs.Low)
            {
                rest.Add(new FlowRegion(inside.SetItem(field, new Interval(ours.Low, theirs.Low - 1))));
            }

            if (ours.High > theirs.High)
            {
                rest.Add(new FlowRegion(inside.SetItem(field, new Interval(theirs.High + 1, ours.High))));
            }

            inside = inside.SetItem(field, new Interval(UInt128.Max(ours.Low, theirs.Low), UInt128.Min(ours.High, theirs.High)));
        }

        return rest;
    }

    private static Interval FamilyOf(bool isIpv6) => Interval.One(isIpv6 ? 6u : 4u);

    private static Interval AllAddresses(bool isIpv6) => new(0, isIpv6 ? UInt128.MaxValue : uint.MaxValue);

    private static Interval AddressesOf(IpPrefix? prefix, bool isIpv6) => prefix is { } given
        ? new Interval(given.Network, given.Network | (AllAddresses(isIpv6).High & ~given.Mask))
        : AllAddresses(isIpv6);

    private static IEnumerable<FlowRegion> DhcpOf(bool isIpv6, ushort lowest)
    {
        Interval any = AllAddresses(isIpv6);
        Interval allPorts = new(0, ushort.MaxValue);
        Interval ports = new(lowest, lowest + 1u);
        yield return new FlowRegion([FamilyOf(isIpv6), Interval.One(IpProtocol.Udp), any, any, ports, allPorts]);
        yield return new FlowRegion([FamilyOf(isIpv6), Interval.One(IpProtocol.Udp), any, any, allPorts, ports]);
    }

    private readonly record struct Interval(UInt128 Low, UInt128 High)
    {
        public static Interval One(uint value) => new(value, value);

        public bool Overlaps(Interval other) => Low <= other.High && other.Low <= High;
    }
}
