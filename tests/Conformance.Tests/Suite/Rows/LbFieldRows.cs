using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 13: each field alone decides, is zero where a packet lacks it, and no field given means all five of the five-tuple.</summary>
internal static class LbFieldRows
{
    private const int Frames = 48;

    // Every field with its way to give a frame another value; ports are of the protocol of their name.
    private static readonly (string Field, Func<Varied, int, Varied> Vary)[] _fields =
    [
        ("eth_src", (varied, value) => varied with { EthernetSource = value }),
        ("eth_dst", (varied, value) => varied with { EthernetDestination = value }),
        ("ip_src", (varied, value) => varied with { IpSource = value }),
        ("ip_dst", (varied, value) => varied with { IpDestination = value }),
        ("tcp_src", (varied, value) => varied with { SourcePort = value }),
        ("tcp_dst", (varied, value) => varied with { DestinationPort = value }),
        ("udp_src", (varied, value) => varied with { IsUdp = true, SourcePort = value }),
        ("udp_dst", (varied, value) => varied with { IsUdp = true, DestinationPort = value }),
    ];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from letter in "pmn" from flavour in Flavour.All from one in _fields select Decides(letter, flavour, one.Field, one.Vary),
        .. from letter in "pmn" from flavour in Flavour.All from one in _fields where one.Field.StartsWith("tcp", StringComparison.Ordinal) || one.Field.StartsWith("udp", StringComparison.Ordinal) select Lacks(letter, flavour, one.Field),
        .. from letter in "pmn" from flavour in Flavour.All select NoneGiven(letter, flavour),
    ];

    private static SpreadRow Decides(char letter, Flavour flavour, string field, Func<Varied, int, Varied> vary) => new($"lb_fields {field} of {letter}, {flavour}", "13", () =>
    {
        bool isUdp = field.StartsWith("udp", StringComparison.Ordinal);

        // Only this field differs: several members. Everything but this field differs: one. All twice, a little later, the same.
        int[] others = [.. Enumerable.Range(1, Frames)];
        Varied start = new(1, 1, 1, 1, isUdp, 1, 1);
        Assert.InRange(Members(letter, flavour, [field], others.Select(value => vary(start, value))).Count, 2, 4);
        Assert.Single(Members(letter, flavour, [field], others.Select(value => vary(new Varied(value, value, value, value, isUdp, value, value), 7))));
        Assert.Equal(
            Members(letter, flavour, [field], [vary(start, 5)]),
            Members(letter, flavour, [field], [vary(new Varied(9, 9, 9, 9, isUdp, 9, 9), 5)]));
    });

    private static SpreadRow Lacks(char letter, Flavour flavour, string field) => new($"lb_fields {field} of {letter}, {flavour}: of packets without it", "13", () =>
    {
        bool isUdp = !field.StartsWith("udp", StringComparison.Ordinal);
        Assert.Single(Members(letter, flavour, [field], Enumerable.Range(1, Frames).Select(value => new Varied(value, value, value, value, isUdp, value, value))));

        // Beside a field that they have, that one decides.
        Assert.InRange(Members(letter, flavour, [field, "ip_src"], Enumerable.Range(1, Frames).Select(value => new Varied(1, 1, value, 1, isUdp, 1, 1))).Count, 2, 4);
        Assert.Single(Members(letter, flavour, [field, "ip_src"], Enumerable.Range(1, Frames).Select(value => new Varied(1, 1, 1, 1, isUdp, value, value))));
    });

    private static SpreadRow NoneGiven(char letter, Flavour flavour) => new($"lb_fields none of {letter}, {flavour}", "13", () =>
    {
        Varied start = new(1, 1, 1, 1, false, 1, 1);
        foreach ((string field, Func<Varied, int, Varied> vary) in _fields)
        {
            HashSet<string> members = Members(letter, flavour, null, Enumerable.Range(1, Frames).Select(value => vary(start, value)));
            Assert.InRange(members.Count, field.StartsWith("eth", StringComparison.Ordinal) ? 1 : 2, field.StartsWith("eth", StringComparison.Ordinal) ? 1 : 4);
        }
    });

    private static HashSet<string> Members(char letter, Flavour flavour, string[]? fields, IEnumerable<Varied> frames)
    {
        Node[] members = Node.Of(new string(letter, 4));
        Lab lab = Lab.Usual().WithGroup("members", members, fields).Takes("all", "src", null, ("protocol", null))
            .Chain("all", 3, members[0].Correlation ?? "mpls", ["members"], ["all4", "all6"]);
        Replayed replayed = Replayed.Run(lab, "src", [.. frames.Select(frame => frame.Build(flavour))]);
        return [.. replayed.Output.Crossings.Where(crossing => !crossing.IsInbound && members.Any(member => member.Name == crossing.Port)).Select(crossing => crossing.Port)];
    }

    private sealed record Varied(int EthernetSource, int EthernetDestination, int IpSource, int IpDestination, bool IsUdp, int SourcePort, int DestinationPort)
    {
        public PacketBuilder Build(Flavour flavour)
        {
            PacketBuilder link = flavour.Link($"02:00:00:00:fd:{EthernetDestination:x2}", $"02:00:00:00:f5:{EthernetSource:x2}");
            PacketBuilder ip = flavour.IsIpv6 ? link.Ipv6($"2001:db8:5::{IpSource:x}", $"2001:db8:d::{IpDestination:x}") : link.Ipv4($"10.5.0.{IpSource}", $"10.13.0.{IpDestination}");
            (ushort source, ushort destination) = ((ushort)(1000 + SourcePort), (ushort)(2000 + DestinationPort));
            return IsUdp ? ip.Udp(source, destination).Payload(4) : ip.Tcp(source, destination, TcpControl.Ack).Payload(4);
        }
    }
}
