using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 16: functions that rewrite what the classifiers look at, in both directions, and what later hops inherit.</summary>
internal static class MappingRows
{
    private const int ChainId = 9;
    private const ushort Mapped = 8080;
    private const ushort MappedAgain = 9090;

    public static IEnumerable<ConformanceRow> All => from flavour in Flavour.All from correlation in new[] { "nsh", "mpls" } from row in Of(flavour, correlation) select row;

    private static IEnumerable<ConformanceRow> Of(Flavour flavour, string correlation)
    {
        Node nat = new("nat", null, 1, HasTwoPorts: true);
        Node plain = new("plain", null, 2, HasTwoPorts: true);
        Node aware = new("aware", correlation, 3);
        Node last = new("last", null, 4, HasTwoPorts: true);
        Node[] functions = [nat, plain, aware, last];
        string name = $"mapping, {correlation}, {flavour}";
        Lab Chain() => Lab.Usual().With(functions).Takes("web", "src", "dst").Along("web", ChainId, correlation, functions, symmetric: true);
        Lab mapped = Map(Chain(), nat, 80, Mapped);
        PacketBuilder web = flavour.Web();

        yield return new ReplayRow($"{name}: behind the function frames are recognised by its egress values, at later hops too", "16", Map(Chain(), nat, 80, Mapped).Plays("nat", "rewrite", ("destination_port", Mapped)),
            Route.From("src", web).Through(nat, 0, 255).Rewritten(nat, To(Mapped), 0, 0).Through(plain, 0, 254).Through(aware, ChainId, 253).Through(last, 0, 252).Leaving("dst"));

        // What leaves goes by its addresses, and those are still the function's.
        yield return new ReplayRow($"{name}: without one such frames leave", "16 9", Chain().Plays("nat", "rewrite", ("destination_port", Mapped)),
            Route.From("src", web).Through(nat, 0, 255).Rewritten(nat, To(Mapped), 0, 0).Leaving(nat.Input));
        yield return new ReplayRow($"{name}: behind the function frames with unmapped values leave, and mapped ones do not enter", "16 9", mapped,
            Route.From("src", web).Through(nat, 0, 255).Leaving(nat.Input), Route.From(plain.Output, web).Leaving("dst"), Route.From("src", flavour.Web(destinationPort: Mapped)).Leaving("dst"));
        yield return new ReplayRow($"{name}: a later mapping takes the place of the inherited one", "16",
            Map(Map(Chain(), nat, 80, Mapped), plain, Mapped, MappedAgain).Plays("nat", "rewrite", ("destination_port", Mapped)).Plays("plain", "rewrite", ("destination_port", MappedAgain)),
            Route.From("src", web).Through(nat, 0, 255).Rewritten(nat, To(Mapped), 0, 0).Through(plain, 0, 254).Rewritten(plain, To(MappedAgain), 0, 0)
                .Through(aware, ChainId, 253).Through(last, 0, 252).Leaving("dst"));

        // Answers have the egress values until they have passed the function, and the ingress values afterwards.
        PacketBuilder answer = flavour.Answer(destinationPort: Mapped);
        uint back = correlation == "nsh" ? ChainId + 0x800000u : 4095;
        yield return new LiveRow($"{name}: on the way back egress values before the function, ingress values behind it", "14 16", new LiveStep(mapped,
            Route.From("dst", answer).Through(last.Reversed, 0, 255).Through(aware, back, 254).Through(plain.Reversed, 0, 253).Through(nat.Reversed, 0, 252).Rewritten(nat.Reversed, From(80), 0, 0).Leaving("src"),
            Route.From("dst", flavour.Answer()).Leaving("src"),
            Route.From(plain.Reversed.Output, flavour.Answer()).Leaving("src")));

        // A function in front of the mapped one sees answers with ingress values.
        Node[] behind = [plain, nat];
        Lab mappedLast = Map(Lab.Usual().With(behind).Takes("web", "src", "dst").Along("web", ChainId, correlation, behind, symmetric: true), nat, 80, Mapped);
        yield return new LiveRow($"{name}: a function before the mapped one, both ways", "14 16", new LiveStep(mappedLast,
            Route.From("src", web).Through(plain, 0, 255).Through(nat, 0, 254).Rewritten(nat, To(Mapped), 0, 0).Leaving("dst"),
            Route.From("dst", answer).Through(nat.Reversed, 0, 255).Rewritten(nat.Reversed, From(80), 0, 0).Through(plain.Reversed, 0, 254).Leaving("src"),
            Route.From(nat.Reversed.Output, answer).Leaving("src")));
    }

    private static Lab Map(Lab lab, Node function, int ingressPort, int egressPort) => lab.Set("port_pair_groups", SuiteLabs.GroupOf(function), "port_pair_group_parameters", new JsonObject
    {
        ["ppg_n_tuple_mapping"] = new JsonObject { ["ingress_n_tuple"] = Destination(ingressPort), ["egress_n_tuple"] = Destination(egressPort) },
    });

    private static JsonObject Destination(int port) => new() { ["destination_port_range_min"] = port, ["destination_port_range_max"] = port };

    private static Func<PacketBuilder, PacketBuilder> To(ushort port) => packet => packet.Change<TcpLayer>(tcp => tcp with { DestinationPort = port });

    private static Func<PacketBuilder, PacketBuilder> From(ushort port) => packet => packet.Change<TcpLayer>(tcp => tcp with { SourcePort = port });
}
