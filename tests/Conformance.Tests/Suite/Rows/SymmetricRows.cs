using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 10, 13 and 14, rule 9: the way back.</summary>
internal static class SymmetricRows
{
    private const int ChainId = 9;

    // The highest path id that fits a label is the first way back's.
    private const uint LabelBack = 4095;

    private static readonly string[] _sequences = ["p", "P", "m", "M", "n", "N", "pp", "pP", "PP", "pn", "nP", "NN", "nn", "mm", "Mp", "ppp", "pnp", "nnn", "NpN", "nPn", "mmm", "mMm", "PMP"];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from sequence in _sequences from flavour in Flavour.All select BothWays(sequence, flavour),
        .. from flavour in Flavour.All from correlation in new[] { "nsh", "mpls" } from row in Special(flavour, correlation) select row,
        .. from flavour in Flavour.All from letter in "PMN" select SameMembers(letter, flavour),
        new CitedRow("13 14", typeof(SymmetricChainTests), nameof(SymmetricChainTests.Both_directions_of_a_flow_go_to_the_same_member_of_each_group)),
        new CitedRow("14", typeof(SymmetricChainTests), nameof(SymmetricChainTests.With_one_port_and_a_classifier_that_takes_both_ways_a_flow_goes_on_the_way_it_was_sent)),
        new CitedRow("14", typeof(SymmetricChainTests), nameof(SymmetricChainTests.A_path_mtu_message_goes_the_way_of_answers_to_the_packet_it_quotes)),
    ];

    /// <summary>A frame the way there.</summary>
    public static Route There(Node[] functions, PacketBuilder frame) => Route.From("src", frame).Through(functions, ChainId).Leaving("dst");

    /// <summary>A frame the way back: every function by its other port, the last one first, indexes from 255 again.</summary>
    public static Route Back(Node[] functions, PacketBuilder frame)
    {
        Route route = Route.From("dst", frame);
        byte index = 255;
        foreach (Node function in functions.Reverse())
        {
            route.Through(function.Reversed, function.Correlation == "nsh" ? ChainId + 0x800000u : LabelBack, index--);
        }

        return route.Leaving("src");
    }

    private static string CorrelationOf(Node[] functions) => functions.Select(function => function.Correlation).FirstOrDefault(word => word is not null) ?? "mpls";

    private static ReplayRow BothWays(string sequence, Flavour flavour)
    {
        Node[] functions = Node.Of(sequence);
        Lab lab = Lab.Usual().With(functions).Takes("web", "src", "dst").Along("web", ChainId, CorrelationOf(functions), functions, symmetric: true);
        return new ReplayRow($"symmetric: {sequence}, {flavour}", sequence.Any(char.IsLower) ? "10 14" : "14", lab,
            There(functions, flavour.Web()), Back(functions, flavour.Answer()), There(functions, flavour.Web(7)), Back(functions, flavour.Answer(7)),
            Route.From("dst", flavour.Answer(destinationPort: 81)).Leaving("src"));
    }

    private static IEnumerable<ConformanceRow> Special(Flavour flavour, string correlation)
    {
        Node[] functions = [new("a", correlation, 1), new("b", null, 2)];
        string name = $"symmetric, {correlation}, {flavour}";

        // The classifier names one address of each side and one range: on the way back they change sides.
        Lab swapped = Lab.Usual().With(functions).Classifier("web", ("ethertype", flavour.EtherType), ("protocol", "tcp"), ("logical_source_port", "src"), ("logical_destination_port", "dst"),
            ("source_ip_prefix", flavour.SourcePrefix), ("destination_port_range_min", 80), ("destination_port_range_max", 90))
            .Chain("web", ChainId, correlation, ["g-a", "g-b"], ["web"], symmetric: true);
        PacketBuilder stranger = flavour.Ip(flavour.Link(Lab.SourceMac, Lab.DestinationMac), flavour.Destination, flavour.IsIpv6 ? "2001:db8::9" : "10.0.0.9").Tcp(85, 5);
        yield return new ReplayRow($"{name}: prefixes and ports change sides", "14", swapped,
            There(functions, flavour.Web(5, 85)), Back(functions, flavour.Answer(5, 85)), Route.From("dst", stranger).Leaving("src"), Route.From("dst", flavour.Answer(85, 5)).Leaving("src"));

        // Nowhere to enter the way back: it is not begun, and the way there is as ever.
        Lab oneWay = Lab.Usual().With(functions).Takes("web", "src").Along("web", ChainId, correlation, functions, symmetric: true);
        yield return new ReplayRow($"{name}: without a logical destination port there is no way back", "14", oneWay,
            There(functions, flavour.Web()), Route.From("dst", flavour.Answer()).Leaving("src"));

        // A frame of one direction is dropped where it has the header of the other.
        Lab both = Lab.Usual().With(functions).Takes("web", "src", "dst").Along("web", ChainId, correlation, functions, symmetric: true);
        yield return new ReplayRow($"{name}: an index of the way there with the path of the way back", "8 14", both,
            Route.FromFunction(functions[0], flavour.Web(), correlation == "nsh" ? ChainId + 0x800000u : LabelBack, 254, 63))
        { Drops = "unknown_path=1" };
    }

    private static SpreadRow SameMembers(char letter, Flavour flavour) => new($"symmetric: both directions meet the same members, {letter}, {flavour}", "13 14", () =>
    {
        const int Flows = 48;
        Node[] members = [.. Enumerable.Range(1, 5).Select(number => Node.Of(letter, number))];
        string correlation = members[0].Correlation ?? "nsh";
        Lab lab = Lab.Usual().WithGroup("three", members[..3]).WithGroup("two", members[3..])
            .Takes("web", "src", "dst").Chain("web", ChainId, correlation, ["three", "two"], ["web4", "web6"], symmetric: true);
        Replayed replayed = Replayed.Run(lab,
        [
            InputFile.Of("src", [.. Enumerable.Range(0, Flows).Select(flow => flavour.Web((ushort)(1000 + flow)).Build())]),
            InputFile.Of("dst", [.. Enumerable.Range(0, Flows).Select(flow => flavour.Answer((ushort)(1000 + flow)).Build())]),
        ]);

        // Six crossings a frame, alternately forth and back, as the times are the same.
        string[][] routes = [.. replayed.Output.Crossings.Chunk(6).Select(chunk => chunk.Select(crossing => crossing.Port).ToArray())];
        Assert.Equal(2 * Flows, routes.Length);
        Assert.All(Enumerable.Range(0, Flows), flow => Assert.Equal(routes[2 * flow].Reverse(), routes[(2 * flow) + 1]));
        Assert.Equal(5, routes.Where((_, row) => row % 2 == 0).SelectMany(route => new[] { route[1], route[3] }).Distinct().Count());
    });
}
