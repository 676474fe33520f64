using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 26 and 27: path ids and lengths at their limits, and what is refused beyond them.</summary>
internal static class AcceptedRows
{
    private const int MostHops = 254;
    private const int MostHopsOfNsh = 63;
    private const int LargestId = 65535;
    private const int LargestLabelId = 4095;
    private const string NoLabel = "PortChainUnavailableChainId";

    public static IEnumerable<ConformanceRow> All => Flavour.All.SelectMany(Of);

    private static IEnumerable<ConformanceRow> Of(Flavour flavour)
    {
        (Node p, Node m, Node n) = (Node.Of('p', 1), Node.Of('m', 2), Node.Of('n', 3));
        Route Through(Node function, uint id) => Route.From("src", flavour.Web()).Through(function, id, 255).Leaving("dst");
        yield return new ReplayRow($"accepted: the largest path id in NSH, {flavour}", "26", SuiteLabs.WebChain("nsh", LargestId, n), Through(n, LargestId));
        yield return new ReplayRow($"accepted: the largest path id in a label, {flavour}", "26", SuiteLabs.WebChain("mpls", LargestLabelId, m), Through(m, LargestLabelId));
        yield return new ReplayRow($"accepted: an id over the label in a chain of mpls that writes none, {flavour}", "26", SuiteLabs.WebChain("mpls", LargestId, p), Through(p, LargestId));

        Lab before = SuiteLabs.WebChain("mpls", 7, p);
        yield return new RefusedRow($"refused: a chain whose id fits no label, {flavour}", "26", before, SuiteLabs.WebChain("mpls", LargestLabelId + 1, m), NoLabel, Through(p, 7));

        // The group of the running chain is given a function that wants a label.
        Lab large = SuiteLabs.WebChain("mpls", LargestLabelId + 1, p).Function(m.Name, m.Correlation, m.IngressMac);
        Lab later = SuiteLabs.WebChain("mpls", LargestLabelId + 1, p).Function(m.Name, m.Correlation, m.IngressMac).Set("port_pair_groups", SuiteLabs.GroupOf(p), "port_pairs", new JsonArray(m.Name));
        yield return new RefusedRow($"refused: a later change that makes a label necessary, {flavour}", "26", large, later, NoLabel, Through(p, 0));

        Node[] many = [.. Enumerable.Range(0, MostHops + 1).Select(number => new Node($"f{number}", "nsh", number))];

        // So many hops in a row use up the time to live of NSH.
        yield return new ReplayRow($"accepted: {MostHops} hops that know NSH, of which the time to live allows {MostHopsOfNsh}, {flavour}", "6a 27", SuiteLabs.WebChain("nsh", 5, many[..MostHops]),
            Route.From("src", flavour.Web()).Through(many[..MostHopsOfNsh], 5))
        { Drops = "ttl_exceeded=1" };

        Node[] plain = [.. many.Select(function => function with { Correlation = null })];
        Node[] longest = [.. plain[..(MostHops - 1)], many[MostHops - 1]];
        yield return new ReplayRow($"accepted: {MostHops} hops, the last of which is sent index 2, {flavour}", "5 27",
            SuiteLabs.WebChain("nsh", 5, longest), Route.From("src", flavour.Web()).Through(longest, 5).Leaving("dst"));
        yield return new RefusedRow($"refused: {MostHops + 1} hops, {flavour}", "27", before, SuiteLabs.WebChain("nsh", 5, plain), "SfcBadRequest", Through(p, 7));
    }
}
