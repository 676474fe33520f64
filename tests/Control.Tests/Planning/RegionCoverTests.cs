using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Planning;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Planning;

public sealed class RegionCoverTests
{
    private const int Trials = 300;

    private static readonly FlowProtocol?[] _protocols = [null, FlowProtocol.Tcp, FlowProtocol.Udp, FlowProtocol.Icmp];

    /// <summary>Every flow that random classifiers can tell apart: a few addresses, ports and protocols, and one beyond each.</summary>
    [Fact]
    public void Agrees_with_trying_every_flow()
    {
        Random random = new(1);
        int covered = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            FlowClassifier subject = Narrow(random, "subject", most: 2);
            FlowClassifier[] others = [.. Enumerable.Range(0, random.Next(1, 9)).Select(index => Narrow(random, $"{index}", most: 1))];
            bool expected = Flows().Where(flow => flow.IsIn(subject)).All(flow => others.Any(flow.IsIn));
            bool? found = RegionCover.Find(FlowRegion.Of(subject), [.. others.Select(FlowRegion.Of)]);
            Assert.Equal(expected, found);
            covered += expected ? 1 : 0;
        }

        Assert.InRange(covered, Trials / 20, Trials - Trials / 20);
    }

    [Fact]
    public void Two_halves_cover_the_whole()
    {
        FlowClassifier whole = PlanSet.Flow("whole") with { SourceIpPrefix = PlanSet.Prefix("10.0.0.0/8") };
        FlowRegion lower = FlowRegion.Of(whole with { SourceIpPrefix = PlanSet.Prefix("10.0.0.0/9") });
        FlowRegion upper = FlowRegion.Of(whole with { SourceIpPrefix = PlanSet.Prefix("10.128.0.1/9") });
        Assert.True(RegionCover.Find(FlowRegion.Of(whole), [lower, upper]));
        Assert.False(RegionCover.Find(FlowRegion.Of(whole), [lower]));
    }

    [Fact]
    public void The_whole_of_IPv6_does_not_overflow()
    {
        FlowClassifier any = PlanSet.Flow("any") with { Ethertype = IpFamily.IPv6 };
        FlowRegion[] halves =
        [
            FlowRegion.Of(any with { DestinationIpPrefix = PlanSet.Prefix("::/1") }),
            FlowRegion.Of(any with { DestinationIpPrefix = PlanSet.Prefix("8000::/1") }),
        ];
        Assert.True(RegionCover.Find(FlowRegion.Of(any), halves));
        Assert.False(RegionCover.Find(FlowRegion.Of(any), halves[1..]));
        Assert.False(FlowRegion.Of(any).Overlaps(FlowRegion.Of(any with { Ethertype = IpFamily.IPv4 })));
    }

    private static FlowClassifier Narrow(Random random, string name, int most)
    {
        FlowProtocol? protocol = _protocols[random.Next(_protocols.Length)];
        bool hasPorts = protocol is FlowProtocol.Tcp or FlowProtocol.Udp;
        return PlanSet.Flow(name) with
        {
            Protocol = protocol,
            SourceIpPrefix = Addresses(random, most),
            DestinationIpPrefix = Addresses(random, most),
            SourcePorts = hasPorts ? Ports(random) : default,
            DestinationPorts = hasPorts ? Ports(random) : default,
        };
    }

    private static IpPrefix? Addresses(Random random, int most) => random.Next(most + 2) switch
    {
        0 => PlanSet.Prefix($"10.0.0.{random.Next(4)}/{random.Next(30, 33)}"),
        _ => null,
    };

    private static PortBounds Ports(Random random)
    {
        ushort lowest = (ushort)random.Next(4);
        return random.Next(2) == 0 ? default : new PortBounds(lowest, (ushort)random.Next(lowest, 4));
    }

    private static IEnumerable<Flow> Flows() =>
        from protocol in _protocols
        from source in Enumerable.Range(0, 5)
        from destination in Enumerable.Range(0, 5)
        from sourcePort in Enumerable.Range(0, 5)
        from destinationPort in Enumerable.Range(0, 5)
        select new Flow(protocol, source, destination, sourcePort, destinationPort);

    /// <summary>Addresses count from 10.0.0.0; a protocol of null is one that no classifier names.</summary>
    private sealed record Flow(FlowProtocol? Protocol, int Source, int Destination, int SourcePort, int DestinationPort)
    {
        public bool IsIn(FlowClassifier classifier) =>
            (classifier.Protocol is null || classifier.Protocol == Protocol)
            && IsIn(classifier.SourceIpPrefix, Source) && IsIn(classifier.DestinationIpPrefix, Destination)
            && SourcePort >= classifier.SourcePorts.Lowest && SourcePort <= classifier.SourcePorts.Highest
            && DestinationPort >= classifier.DestinationPorts.Lowest && DestinationPort <= classifier.DestinationPorts.Highest;

        private static bool IsIn(IpPrefix? prefix, int address) =>
            prefix is not { } given || (((UInt128)(0x0a00_0000 + address) ^ given.Address.Value) & given.Mask) == 0;
    }
}
