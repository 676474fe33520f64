using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Conformance.Tests.Switching;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 25: what does not fit with the headers we add, and who is told what would.</summary>
internal static class MtuRows
{
    private const int ChainId = 3;
    private const int Mtu = 1500;

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from letter in "pmn" from flavour in Flavour.All from row in Entering(letter, flavour) select row,
        .. from letter in "mn" from flavour in Flavour.All from row in Carried(letter, flavour) select row,
        .. from letter in "pmn" from flavour in Flavour.All select BehindUnaware(letter, flavour),
        .. from letter in "pmn" from flavour in Flavour.All select Joined(letter, flavour),
        new CitedRow("25", typeof(PathMtuTests), nameof(PathMtuTests.Nobody_is_told_about)),
        new CitedRow("25", typeof(PathMtuTests), nameof(PathMtuTests.In_ipv6_nobody_is_told_less_than_1280)),
        new CitedRow("25", typeof(PathMtuTests), nameof(PathMtuTests.Fifty_are_told_at_once_and_then_one_each_millisecond)),
    ];

    // NSH has the frame's own Ethernet header inside, with its tag; the outermost one does not count.
    private static int Added(Node function, Flavour flavour) => function.Correlation switch { "nsh" => 24 + flavour.LinkBytes, "mpls" => 4, _ => 0 };

    private static IEnumerable<ConformanceRow> Entering(char letter, Flavour flavour)
    {
        Node function = Node.Of(letter, 1);
        string name = $"MTU: into {letter}, {flavour}";
        int fits = Mtu - Added(function, flavour);
        Lab lab = Narrow(function);
        yield return new ReplayRow($"{name}, what just fits", "25", lab, Route.From("src", Packet(flavour, fits)).Through(function, ChainId, 255).Leaving("dst"));
        yield return new ReplayRow($"{name}, one byte more is answered", "25", lab,
            Route.From("src", Packet(flavour, fits + 1)).And("src", Answer(flavour, Packet(flavour, fits + 1), fits)))
        { Drops = "too_long=1" };
        if (!flavour.IsIpv6)
        {
            PacketBuilder mayBeCut = Packet(flavour, fits + 1).Change<Ipv4Layer>(ip => ip with { DontFragment = false });
            yield return new ReplayRow($"{name}, one byte more that a router might cut is dropped", "25", lab, Route.From("src", mayBeCut)) { Drops = "too_long=1" };
        }
    }

    // It came to us with a header, so the function that sent it cannot do anything with an answer: the packet's sender can.
    private static IEnumerable<ConformanceRow> Carried(char letter, Flavour flavour)
    {
        Node first = Node.Of(letter, 1);
        foreach (char next in "pmn")
        {
            Node narrow = Node.Of(next, 2);
            Lab lab = SuiteLabs.WebChain(first.Correlation!, ChainId, first, narrow).Network("narrow", Mtu).Set("ports", narrow.Name, "network_id", "narrow");
            int fits = Mtu - Added(narrow, flavour);
            PacketBuilder packet = Packet(flavour, fits + 1);
            PacketBuilder atFirst = first.Correlation == "nsh" ? packet : Chains.ChainFrames.To(packet, first.Mac);
            yield return new LiveRow($"MTU: from {letter} into {next}, {flavour}", "25", new LiveStep(lab,
                Route.From("src", packet).Through(first, ChainId, 255).And("src", Answer(flavour, atFirst, fits)))
            { Drops = "too_long=1" });
        }
    }

    // It came without one: it is answered out of the port it came from, which is the function's.
    private static LiveRow BehindUnaware(char letter, Flavour flavour)
    {
        Node first = Node.Of('P', 1);
        Node narrow = Node.Of(letter, 2);
        Lab lab = SuiteLabs.WebChain(narrow.Correlation ?? "nsh", ChainId, first, narrow).Network("narrow", Mtu).Set("ports", narrow.Name, "network_id", "narrow");
        int fits = Mtu - Added(narrow, flavour);
        Route route = Route.From("src", Packet(flavour, fits + 1)).Through(first, 0, 255);
        return new LiveRow($"MTU: from an unaware function into {letter}, {flavour}", "25",
            new LiveStep(lab, route.And(first.Output, Answer(flavour, route.Packet, fits))) { Drops = "too_long=1" });
    }

    // At the end of one chain the header is gone before the next one's function is too narrow.
    private static LiveRow Joined(char letter, Flavour flavour)
    {
        Node[] functions = Node.Of(new string(letter, 2));
        string correlation = functions[0].Correlation ?? "nsh";
        Lab lab = Lab.Usual().With(functions).Takes("one", "src").Takes("two", "up", null, ("protocol", "tcp")).Along("one", 1, correlation, functions[..1]).Along("two", 2, correlation, functions[1..])
            .Graph(("one", "two")).Network("narrow", Mtu).Set("ports", functions[1].Name, "network_id", "narrow");
        int fits = Mtu - Added(functions[1], flavour);
        Route route = Route.From("src", Packet(flavour, fits + 1)).Through(functions[0], 1, 255);
        string told = functions[0].Correlation is null ? functions[0].Output : "src";
        return new LiveRow($"MTU: where a chain of {letter} joins another, {flavour}", "17 25",
            new LiveStep(lab, route.And(told, Answer(flavour, route.Packet, fits))) { Drops = "too_long=1" });
    }

    private static Lab Narrow(Node function) =>
        SuiteLabs.WebChain(function.Correlation ?? "mpls", ChainId, function).Change(root => root["networks"]![0]!["mtu"] = Mtu);

    // An IP packet of so many bytes that may not be cut.
    private static PacketBuilder Packet(Flavour flavour, int bytes)
    {
        PacketBuilder ip = flavour.IsIpv6 ? flavour.Forth() : flavour.Forth().Change<Ipv4Layer>(header => header with { DontFragment = true });
        return ip.Tcp(40000, 80).Payload(bytes - flavour.IpBytes - 20);
    }

    // RFC 1191 and RFC 4443: from the packet's destination, quoting as much as 576 and 1,280 bytes take.
    private static PacketBuilder Answer(Flavour flavour, PacketBuilder packet, int told)
    {
        EthernetLayer ethernet = (EthernetLayer)packet.Layers[0];
        PacketBuilder link = flavour.Link(ethernet.Source, ethernet.Destination);
        byte[] quoted = packet.Build()[flavour.LinkBytes..];
        return flavour.IsIpv6
            ? link.Ipv6(flavour.Destination, flavour.Source, change: ip => ip with { TrafficClass = 0xc0 }).Icmpv6(2, 0, (uint)told).Payload(quoted.AsMemory(0, 1280 - 48))
            : link.Ipv4(flavour.Destination, flavour.Source, change: ip => ip with { TypeOfService = 0xc0, DontFragment = true }).Icmp(3, 4, (uint)told).Payload(quoted.AsMemory(0, 576 - 28));
    }
}
