using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using static NetworkingSfc.Conformance.Tests.Chains.ChainFrames;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>
/// Behaviours 1 to 3, 5 to 7, 10, 19 and 26: every sequence of up to three functions that know nothing, labels or NSH, with one
/// port or two, for every flavour of frame.
/// </summary>
internal static class HopRows
{
    private const int ChainId = 0xabc;
    private const string Letters = "pPmMnN";

    // Beside the flavours: what else a matching frame may look like.
    private static readonly PacketBuilder[] _odd =
    [
        Link().Ipv4("10.0.0.1", "10.0.0.2", change: ip => ip with { Options = new byte[] { 1, 1, 1 } }).Tcp(1, 80).Trailer(0, 0, 0, 0, 7),
        Link().Vlan(7, tpid: 0x88a8, dropEligible: true).Vlan(8).Ipv4("10.0.0.1", "10.0.0.2").Tcp(3, 80),
        Link().Vlan(4095).Ipv6("2001:db8::1", "2001:db8::2").HopByHop().DestinationOptions().Tcp(5, 80).Payload(1),
        Link().Ipv4("10.0.0.1", "10.0.0.2", ttl: 1, change: ip => ip with { TypeOfService = 0xff, HeaderChecksum = 0xbad }).Tcp(6, 80, change: tcp => tcp with { Checksum = 0xbad }),
    ];

    public static IEnumerable<ConformanceRow> All => Sequences().SelectMany(Of);

    private static IEnumerable<string> Sequences() =>
        from one in Letters
        from two in " " + Letters
        from three in two == ' ' ? " " : " " + Letters
        select $"{one}{two}{three}".TrimEnd();

    private static IEnumerable<ConformanceRow> Of(string sequence)
    {
        Node[] functions = Node.Of(sequence);
        string[] known = [.. functions.Select(function => function.Correlation).OfType<string>().Distinct()];

        // What the chain says matters to nobody but the one who creates it: another encapsulation comes to it by updates only.
        foreach (string correlation in new[] { "nsh", "mpls" })
        {
            if (known.Length < 2 && known.All(word => word == correlation))
            {
                Route[] routes = [.. Flavour.All.Select(flavour => flavour.Web()).Concat(_odd).SelectMany(frame => new[] { Along(functions, frame), Around() })];
                yield return new ReplayRow($"hops: {sequence} in a chain of {correlation}", "1 2 3 5 6 6a 7 10 19", SuiteLabs.WebChain(correlation, ChainId, functions), routes) { Entering = ("web", routes.Length / 2) };
            }
            else
            {
                yield return new LiveRow($"hops: {sequence} in a chain of {correlation}", "1 2 3 5 6 6a 7 10 19 26", new LiveStep(
                    SuiteLabs.WebChain(correlation, ChainId, functions), [.. Flavour.All.Select(flavour => Along(functions, flavour.Web()))]));
            }
        }
    }

    // It leaves by MAC address, or, where that is now a function's, by IP address: "dst" has both.
    private static Route Along(Node[] functions, PacketBuilder frame) => Route.From("src", frame).Through(functions, ChainId).Leaving("dst");

    // Between those that match, one that passes by.
    private static Route Around() => Route.From("src", Web(destinationPort: 81)).Leaving("dst");
}
