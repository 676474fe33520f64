using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 23 and 24: chains that change or go while frames are inside.</summary>
internal static class ChangeRows
{
    private const int ChainId = 12;

    public static IEnumerable<ConformanceRow> All => from letter in "pPmMnN" from flavour in Flavour.All from row in Of(letter, flavour) select row;

    private static IEnumerable<ConformanceRow> Of(char letter, Flavour flavour)
    {
        Node[] functions = Node.Of(new string(letter, 4));
        (Node a, Node b, Node c, Node d) = (functions[0], functions[1], functions[2], functions[3]);
        string correlation = a.Correlation ?? "nsh";
        string name = $"change: of {letter}, {flavour}";
        bool isAware = a.Correlation is not null;
        Lab All() => Lab.Usual().With(functions).Takes("web", "src");
        Lab Chain(params Node[] along) => All().Along("web", ChainId, correlation, along);
        Route Through(params Node[] along) => Route.From("src", flavour.Web()).Through(along, ChainId).Leaving("dst");

        // A frame that a function had been sent before the change, as it comes back behind it.
        Route Inside(Node function, byte index) => Route.FromFunction(function, isAware && a.Correlation == "nsh" ? flavour.Web() : Chains.ChainFrames.To(flavour.Web(), function.Mac), ChainId, (byte)(index - 1), 63);

        yield return new LiveRow($"{name}: other groups, and the next frame sees them all", "23",
            new LiveStep(Chain(a, b), Through(a, b)), new LiveStep(Chain(c, d), Through(c, d)), new LiveStep(Chain(d, a, c), Through(d, a, c)), new LiveStep(Chain(a), Through(a)));

        // Each pass uses one state: what comes back is at the place that the new chain gives it.
        yield return new LiveRow($"{name}: a frame inside goes on as the new chain says", "23",
            new LiveStep(Chain(a, b), Through(a, b)), new LiveStep(Chain(a, c), Inside(a, 255).Through(c, ChainId, 254).Leaving("dst")), new LiveStep(Chain(a), Inside(a, 255).Leaving("dst")));

        string drops = isAware ? "unknown_path=1" : "";
        Route Left(Node function) => isAware ? Inside(function, 255) : Inside(function, 255).Leaving(function.HasTwoPorts ? function.Input : "dst");
        yield return new LiveRow($"{name}: a frame inside a function that is in the chain no more", "8 9 23", new LiveStep(Chain(a, b), Through(a, b)), new LiveStep(Chain(c, b), Left(a), Through(c, b)) { Drops = drops });
        yield return new LiveRow($"{name}: the chain goes; the next frame passes by and those inside are told apart no more", "24",
            new LiveStep(Chain(a, b), Through(a, b)), new LiveStep(All(), Route.From("src", flavour.Web()).Leaving("dst"), Left(a)) { Drops = drops }, new LiveStep(Chain(a, b), Through(a, b)));

        // Two chains with the same source port and a function in common: in the reference the end of one breaks the other.
        Lab Two(params string[] chains)
        {
            Lab lab = SharedFunctionRows.Chains(correlation, [a, b], [c, b]);
            return lab.Change(root =>
            {
                foreach (JsonNode? chain in root["port_chains"]!.AsArray().Where(chain => !chains.Contains((string?)chain!["name"])).ToArray())
                {
                    root["port_chains"]!.AsArray().Remove(chain);
                }
            });
        }

        Route One() => Route.From("src", flavour.Web()).Through([a, b], 1).Leaving("dst");
        Route Other() => Route.From("src", flavour.Udp()).Through([c, b], 2).Leaving("dst");
        Route Past(Testing.PacketBuilder frame) => Route.From("src", frame).Leaving("dst");
        yield return new LiveRow($"{name}: of two chains that share a function and a source port one goes, then the other", "24",
            new LiveStep(Two("one", "two"), One(), Other()), new LiveStep(Two("one"), One(), Past(flavour.Udp())), new LiveStep(Two(), Past(flavour.Web()), Past(flavour.Udp())),
            new LiveStep(Two("two"), Past(flavour.Web()), Other()), new LiveStep(Two("one", "two"), One(), Other()));

        yield return new LiveRow($"{name}: members, weights, classifiers and order of groups", "23",
            new LiveStep(Chain(a, b), Through(a, b)),
            new LiveStep(Chain(a, b).Set("port_pair_groups", SuiteLabs.GroupOf(a), "port_pairs", new JsonArray(c.Name)).Set("port_pair_groups", SuiteLabs.GroupOf(c), "port_pairs", new JsonArray()), Through(c, b)),
            new LiveStep(Chain(b, a), Through(b, a)),
            new LiveStep(Chain(a, b).Set("flow_classifiers", flavour.IsIpv6 ? "web6" : "web4", "destination_port_range_max", 81), Through(a, b), Route.From("src", flavour.Web(destinationPort: 81)).Through([a, b], ChainId).Leaving("dst")),
            new LiveStep(Chain(a, b).Set("port_chains", "web", "flow_classifiers", new JsonArray(flavour.IsIpv6 ? "web4" : "web6")), Past(flavour.Web())),
            new LiveStep(Chain(a, b), Through(a, b)));
    }
}
