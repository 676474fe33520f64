using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviours 5, 6 and 8: a function in several chains, told apart by the header or by the classifiers.</summary>
internal static class SharedFunctionRows
{
    private static readonly string[] _orders = ["first", "middle", "last", "first and last"];

    public static IEnumerable<ConformanceRow> All =>
        from letter in "pPmMnN"
        from order in _orders
        from flavour in Flavour.All
        select Of(letter, order, flavour);

    /// <summary>Two chains, "one" for TCP and "two" for UDP to port 80, that share a function.</summary>
    public static Lab Chains(string correlation, Node[] one, Node[] two) => Lab.Usual().With(one.Union(two))
        .Takes("one", "src").Takes("two", "src", to: null, ("protocol", "udp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80))
        .Along("one", 1, correlation, one).Along("two", 2, correlation, two);

    private static ReplayRow Of(char letter, string order, Flavour flavour)
    {
        Node shared = Node.Of(letter, 1);
        Node[] own = [Node.Of(letter, 2), Node.Of(letter, 3), Node.Of('p', 4), Node.Of('p', 5)];
        (Node[] one, Node[] two) = order switch
        {
            "first" => (new[] { shared, own[0] }, new[] { shared, own[1] }),
            "middle" => ([own[0], shared, own[2]], [own[1], shared, own[3]]),
            "last" => ([own[0], shared], [own[1], shared]),
            _ => ([shared, own[0]], [own[1], shared]),
        };
        Route Along(Node[] chain, uint id, Testing.PacketBuilder frame) => Route.From("src", frame).Through(chain, id).Leaving("dst");
        return new ReplayRow($"{letter} shared by two chains, {order}, {flavour}", "1 5 6", Chains(shared.Correlation ?? "mpls", one, two),
            Along(one, 1, flavour.Web()), Along(two, 2, flavour.Udp()), Along(one, 1, flavour.Web(7)), Route.From("src", flavour.Echo()).Leaving("dst"));
    }
}
