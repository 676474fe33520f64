using System.Net;
using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 19, 21 and 27, rule 6: what classifiers match, and which of them is asked first.</summary>
internal static class ClassifierRows
{
    private const int ChainId = 3;

    private static readonly (int? Lowest, int? Highest)[] _bounds = [(null, null), (null, 80), (80, null), (0, 0), (80, 80), (80, 81), (1, 65535), (0, 100), (65535, 65535)];
    private static readonly ushort[] _ports = [0, 1, 79, 80, 81, 82, 100, 101, 32768, 65534, 65535];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from flavour in Flavour.Untagged from end in new[] { "source", "destination" } select Prefixes(flavour, end),
        .. from flavour in Flavour.All from end in new[] { "source", "destination" } from protocol in new[] { "tcp", "udp" } from bounds in _bounds select Ports(flavour, protocol, end, bounds.Lowest, bounds.Highest),
        .. from flavour in Flavour.All from protocol in new[] { null, "tcp", "udp", "icmp" } from letter in "pmn" select Protocols(flavour, protocol, letter),
        .. from flavour in Flavour.All from letter in "pmn" from row in Order(flavour, letter) select row,
        .. from flavour in Flavour.All select NullPrefix(flavour),
        new CitedRow("21", typeof(ClassificationTests), nameof(ClassificationTests.No_logical_source_port_means_any_port_that_is_not_a_functions)),
    ];

    // Every length: of a host that differs from the prefix behind its last bit, and of one that differs in it.
    private static SpreadRow Prefixes(Flavour flavour, string end) => new($"classifier: prefixes of every length, {end}, {flavour}", "19", () =>
    {
        byte[] address = IPAddress.Parse(flavour.IsIpv6 ? "2001:db8:a5a5:5a5a:a5a5:5a5a:a5a5:5a5a" : "165.90.165.90").GetAddressBytes();
        Node function = new("f", "nsh", 1);
        for (int length = 0; length <= address.Length * 8; length++)
        {
            string prefix = $"{new IPAddress(Flipped(address, length, address.Length * 8, clear: true))}/{length}";
            Lab lab = Lab.Usual().With(function).Classifier("all", ("ethertype", flavour.EtherType), ($"{end}_ip_prefix", prefix), ("logical_source_port", "src"))
                .Chain("all", ChainId, "nsh", [SuiteLabs.GroupOf(function)], ["all"]);
            List<PacketBuilder> frames = [Packet(address)];
            int inside = 1;
            if (length < address.Length * 8)
            {
                frames.Add(Packet(Flipped(address, length, length + 1, clear: false)));
                inside++;
            }

            if (length > 0)
            {
                frames.Add(Packet(Flipped(address, length - 1, length, clear: false)));
            }

            Route[] routes = [.. frames.Select((frame, index) => index < inside ? Route.From("src", frame).Through(function, ChainId, 255).Leaving("up") : Route.From("src", frame).Leaving("up"))];
            new ReplayRow(prefix, "19", lab, routes).Check();
        }

        PacketBuilder Packet(byte[] host)
        {
            PacketBuilder link = flavour.Link("02:00:00:00:ff:ff", Lab.SourceMac);
            string other = flavour.IsIpv6 ? "2001:db8:ffff::1" : "192.0.2.1";
            string one = new IPAddress(host).ToString();
            return (end == "source" ? flavour.Ip(link, one, other) : flavour.Ip(link, other, one)).Tcp(1, 2);
        }
    });

    private static ReplayRow Ports(Flavour flavour, string protocol, string end, int? lowest, int? highest)
    {
        Node function = new("f", "mpls", 1);
        Lab lab = Lab.Usual().With(function).Takes("range", "src", null, ("protocol", protocol), ($"{end}_port_range_min", lowest), ($"{end}_port_range_max", highest)).Along("range", ChainId, "mpls", [function]);
        Route RouteOf(ushort port)
        {
            (ushort source, ushort destination) = end == "source" ? (port, (ushort)9) : ((ushort)9, port);
            Route route = Route.From("src", protocol == "tcp" ? flavour.Web(source, destination) : flavour.Udp(source, destination));
            return ((lowest ?? 0) <= port && port <= (highest ?? 65535) ? route.Through(function, ChainId, 255) : route).Leaving("dst");
        }

        return new ReplayRow($"classifier: {protocol} {end} ports {lowest?.ToString() ?? "none"} to {highest?.ToString() ?? "none"}, {flavour}", "19", lab, [.. _ports.Select(RouteOf)]);
    }

    private static ReplayRow Protocols(Flavour flavour, string? protocol, char letter)
    {
        Node function = Node.Of(letter, 1);
        Lab lab = Lab.Usual().With(function).Takes("one", "src", null, ("protocol", protocol)).Along("one", ChainId, function.Correlation ?? "nsh", [function]);
        (string Name, PacketBuilder Frame)[] frames =
            [("tcp", flavour.Web()), ("udp", flavour.Udp()), ("icmp", flavour.Echo()), ("other", flavour.Forth().Sctp(1, 2).Payload(4)), ("other", flavour.Forth().Payload(30))];
        return new ReplayRow($"classifier: protocol {protocol ?? "any"}, into {letter}, {flavour}", "19", lab,
            [.. frames.Select(frame => (protocol is null || frame.Name == protocol ? Route.From("src", frame.Frame).Through(function, ChainId, 255) : Route.From("src", frame.Frame)).Leaving("dst"))]);
    }

    // What two projects have may overlap, which the API does not compare when a state is put back.
    private static IEnumerable<ConformanceRow> Order(Flavour flavour, char letter)
    {
        Node old = Node.Of(letter, 1);
        Node young = Node.Of(letter, 2);
        string correlation = old.Correlation ?? "nsh";
        Route Into(Node function, string port) => Route.From(port, flavour.Web()).Through(function, (uint)function.Number, 255).Leaving("dst");
        LiveRow Row(string what, string behaviours, string? oldFrom, string? youngFrom, Node fromSource, Node? fromUplink) =>
            new($"classifier: {what}, {letter}, {flavour}", behaviours, new LiveStep(
                Lab.Usual().With(old, young).Takes("old", oldFrom).Takes("young", youngFrom).Along("old", 1, correlation, [old]).Along("young", 2, correlation, [young])
                    .Set("flow_classifiers", "young4", "project_id", "other").Set("flow_classifiers", "young6", "project_id", "other").Set("port_chains", "young", "project_id", "other"),
                Into(fromSource, "src"), fromUplink is null ? Route.From("up", flavour.Web()).Leaving("dst") : Into(fromUplink, "up")));

        yield return Row("one with a logical source port beats an older one without", "21", null, "src", young, old);
        yield return Row("one with a logical source port beats a younger one without", "21", "src", null, old, young);
        yield return Row("of two without, the one of the chain that stands first", "21 27", null, null, old, old);
        yield return Row("of two with one, the one of the chain that stands first", "21 27", "src", "src", old, null);
    }

    // The reference would put in the only fixed address of the port.
    private static ReplayRow NullPrefix(Flavour flavour)
    {
        Node function = new("f", "nsh", 1);
        PacketBuilder web = flavour.Ip(flavour.Link(Lab.DestinationMac, Lab.SourceMac), flavour.IsIpv6 ? "2001:db8:77::1" : "10.77.0.1", flavour.Destination).Tcp(1, 80);
        Lab lab = Lab.Usual().With(function).Takes("web", "src", "dst").Along("web", ChainId, "nsh", [function])
            .Set("ports", "src", "fixed_ips", new JsonArray(new JsonObject { ["ip_address"] = flavour.Source }));
        return new ReplayRow($"classifier: a null prefix means any address, {flavour}", "27", lab, Route.From("src", web).Through(function, ChainId, 255).Leaving("dst"));
    }

    // Some bits of an address inverted, or cleared.
    private static byte[] Flipped(byte[] address, int from, int to, bool clear)
    {
        byte[] changed = [.. address];
        for (int bit = from; bit < to; bit++)
        {
            byte mask = (byte)(0x80 >> (bit % 8));
            changed[bit / 8] = (byte)(clear ? changed[bit / 8] & ~mask : changed[bit / 8] ^ mask);
        }

        return changed;
    }
}
