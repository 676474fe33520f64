using System.Collections.Immutable;
using NetworkingSfc.Classifier;
using NetworkingSfc.Dataplane.Encapsulation;
using NetworkingSfc.Dataplane.LoadBalancing;
using NetworkingSfc.Dataplane.Ports;
using NetworkingSfc.Dataplane.Steering;
using NetworkingSfc.Dataplane.Wire;

namespace NetworkingSfc.Dataplane.Tests.Steering.Model;

/// <summary>Definitions that the builder accepts and no compiler would write: every index and every option at random.</summary>
internal static class RandomDefinition
{
    public static SteeringDefinition Make(Random random, ulong generation = 1)
    {
        int ports = random.Next(6, 15);
        int networks = random.Next(1, 3);
        int tables = random.Next(1, 4);
        ImmutableArray<GroupDefinition> groups = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Group(random, ports))];
        ImmutableArray<PathDefinition> paths = [.. Enumerable.Range(0, random.Next(1, 5)).Select(number => Path(random, number, groups, ports))];
        return new SteeringDefinition
        {
            Generation = generation,
            HashSeed = (ulong)random.NextInt64(),
            ForwarderMac = random.Next(3) == 0 ? new MacAddress(0x0200_0000_00fe) : SteeringDefinition.DefaultForwarderMac,
            Networks = [.. Enumerable.Range(0, networks).Select(_ => new NetworkDefinition(random.Next(-1, ports)))],
            Ports = [.. Enumerable.Range(0, ports).Select(number => Port(random, number, networks, tables))],
            Groups = groups,
            Paths = paths,
            RuleTables = [.. Enumerable.Range(0, tables).Select(_ => Table(random, paths))],
        };
    }

    public static UInt128 Address(int port, bool isIpv6) => isIpv6 ? ((UInt128)0xfd00 << 112) + (UInt128)(port + 1) : (10u << 24) + (UInt128)(port + 1);

    public static MacAddress Mac(int port) => new(0x0200_0000_0000 + (ulong)port);

    private static PortDefinition Port(Random random, int number, int networks, int tables)
    {
        // Now and then an address that another port has too.
        int known = random.Next(8) == 0 ? random.Next(number + 1) : number;
        PortAddress[] addresses = [new(Address(known, isIpv6: false), IsIpv6: false), new(Address(known, isIpv6: true), IsIpv6: true)];
        return new PortDefinition(
            random.Next(10) == 0 ? -1 : random.Next(networks),
            Mac(known),
            [.. addresses.Take(random.Next(4) == 0 ? random.Next(2) : 2)],
            random.Next(5) == 0 ? random.Next(40, 160) : 0,
            random.Next(-1, tables))
        {
            SendsEncapsulated = random.Next(10) == 0,
            IsOfPair = random.Next(2) == 0,
            Attachment = random.Next(3) == 0 ? new PortAttachment($"port {number}", new PortDevice("memory", [new("queues", "1"), new("frames", "2")]), random.Next(3)) : null,
        };
    }

    private static GroupDefinition Group(Random random, int ports) => new(
        random.Next(2) == 0 ? HashFields.FiveTuple : (HashFields)random.Next(256),
        [.. Enumerable.Range(0, random.Next(10) == 0 ? 0 : random.Next(1, 4)).Select(number => new MemberDefinition(
            new UInt128((ulong)random.NextInt64(), (ulong)number),
            (uint)random.Next(4),
            random.Next(ports),
            random.Next(ports)))]);

    private static PathDefinition Path(Random random, int number, ImmutableArray<GroupDefinition> groups, int ports)
    {
        ImmutableArray<HopDefinition> hops = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(groups.Length)).Select(group => new HopDefinition(
            group,
            (EncapsulationKind)random.Next(3),
            [.. groups[group].Members.Select(_ => random.Next(20))]))];
        bool hasLabel = hops.Any(hop => hop.Wants == EncapsulationKind.Mpls) || random.Next(2) == 0;
        return new PathDefinition(
            new ServicePathId(random.Next(2) == 0 ? number : 0x80_0000 + number),
            hasLabel ? number * 1365 : -1,
            IsSymmetric: random.Next(2) == 0,
            IsReverse: random.Next(2) == 0,
            hops,
            [.. Enumerable.Range(0, ports).Where(_ => random.Next(3) == 0)],
            random.Next(10));
    }

    private static RuleTableDefinition Table(Random random, ImmutableArray<PathDefinition> paths) => new(
        [.. Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(paths.Length)).Select(path => new SteeringRule(
            Rule(random), path, random.Next(paths[path].Hops.Length + 1)))]);

    private static FlowRule Rule(Random random)
    {
        bool isIpv6 = random.Next(2) == 0;
        AddressPrefix Prefix() => random.Next(2) == 0 ? default : new AddressPrefix(Address(random.Next(15), isIpv6), (byte)((isIpv6 ? 128 : 32) - random.Next(6)));
        (ushort, ushort) Range() => random.Next(2) == 0 ? FlowRule.AnyPort : ((ushort)random.Next(3), (ushort)random.Next(3, 600));
        return new FlowRule(isIpv6 ? AddressPrefix.Ipv6EtherType : AddressPrefix.Ipv4EtherType)
        {
            Protocol = random.Next(2) == 0 ? null : random.GetItems<byte>([6, 17, 58, 132], 1)[0],
            Source = Prefix(),
            Destination = Prefix(),
            SourcePorts = Range(),
            DestinationPorts = Range(),
        };
    }
}
