using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 17: what ends one chain goes on in the one that takes it, from its first index.</summary>
internal static class GraphRows
{
    // One joins two and three; two joins four; three joins four: a branch, a join, and three levels.
    private static readonly (string, string)[] _diamond = [("one", "two"), ("one", "three"), ("two", "four"), ("three", "four")];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from flavour in Flavour.All from letter in "pPmMnN" from row in Of(flavour, letter) select row,
        new CitedRow("17", typeof(ServiceGraphTests), nameof(ServiceGraphTests.What_leaves_goes_to_no_function_of_the_graph)),
    ];

    private static IEnumerable<ConformanceRow> Of(Flavour flavour, char letter)
    {
        Node[] functions = Node.Of(new string(letter, 4));
        string name = $"graph of {letter}, {flavour}";
        Route Through(string port, PacketBuilder frame, params int[] chains)
        {
            Route route = Route.From(port, frame);
            foreach (int chain in chains)
            {
                route.Joining().Through(functions[chain - 1], (uint)chain, 255);
            }

            return route.Leaving("dst");
        }

        // A function without encapsulation comes to the start or the end of such a chain by a later change only.
        Lab graph = Chains(functions).Graph(_diamond);
        ConformanceRow Row(string what, string behaviours, params Route[] routes) => functions[0].Correlation is null
            ? new LiveRow($"{name}: {what}", behaviours, new LiveStep(graph, routes)) : new ReplayRow($"{name}: {what}", behaviours, graph, routes);
        yield return Row("a branch, a join, three levels, and no match", "17",
            Through("src", flavour.Web(), 1, 2, 4), Through("src", flavour.Udp(), 1, 3, 4), Through("src", flavour.Echo(), 1));
        yield return Row("a joined chain is not entered from its own source port", "17",
            Through("up", flavour.Web()), Through("up", flavour.Udp()), Through("src", flavour.Web(), 1, 2, 4));
        yield return new LiveRow($"{name}: when the graph goes the chains are as they were", "17 23",
            new LiveStep(Chains(functions).Graph(_diamond), Through("up", flavour.Web()), Through("src", flavour.Web(), 1, 2, 4)),
            new LiveStep(Started(functions), Through("up", flavour.Web(), 2), Through("src", flavour.Web(), 1)),
            new LiveStep(Started(functions).Graph(("one", "two")), Through("up", flavour.Web()), Through("src", flavour.Web(), 1, 2), Through("up", flavour.Udp(), 3)));

        // A path MTU message is classified as an answer to what it quotes, at a join as at a port: here of TCP to port 80 from "src".
        byte[] quoted = flavour.Answer().Build()[flavour.LinkBytes..];
        PacketBuilder message = flavour.IsIpv6 ? flavour.Forth().Icmpv6(2, 0, 1300).Payload(quoted) : flavour.Forth().Icmp(3, 4, 1300).Payload(quoted);
        PacketBuilder cut = flavour.IsIpv6 ? flavour.Forth().Icmpv6(2, 0, 1300).Payload(quoted.AsMemory(0, 41)) : flavour.Forth().Icmp(3, 4, 1300).Payload(quoted.AsMemory(0, 21));
        yield return Row("a path MTU message goes where answers to the packet it quotes go", "17 25",
            Through("src", message, 1, 2, 4), Through("src", cut));
    }

    // One takes everything from "src"; of "up", two takes TCP, three UDP; four takes everything from "dst".
    private static Lab Chains(Node[] functions) => Started(functions).Takes("four", "dst", null, ("protocol", null)).Along("four", 4, CorrelationOf(functions), functions[3..]);

    // Without four, which outside a graph would take what "dst" sends.
    private static Lab Started(Node[] functions)
    {
        string correlation = CorrelationOf(functions);
        return Lab.Usual().With(functions)
            .Takes("one", "src", null, ("protocol", null)).Takes("two", "up", null, ("protocol", "tcp")).Takes("three", "up", null, ("protocol", "udp"))
            .Along("one", 1, correlation, functions[..1]).Along("two", 2, correlation, functions[1..2]).Along("three", 3, correlation, functions[2..3]);
    }

    private static string CorrelationOf(Node[] functions) => functions[0].Correlation ?? "nsh";
}
