using NetworkingSfc.Conformance.Tests.Chains;
using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Testing;
using NetworkingSfc.Testing.Frames;
using Xunit;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 20: later fragments follow their first one, in whatever order they come.</summary>
internal static class FragmentRows
{
    private const int ChainId = 6;
    private const ushort FirstBytes = 24;
    private const ushort LaterBytes = 16;
    private const int Datagrams = 24;

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from letters in new[] { "p", "m", "n", "pp", "mm", "nn", "pn", "np", "mp", "pm" } from flavour in Flavour.All from row in Of(letters, flavour) select row,
        .. from letter in "pmn" from flavour in Flavour.All select SameMember(letter, flavour),
    ];

    private static IEnumerable<ConformanceRow> Of(string letters, Flavour flavour)
    {
        Node[] functions = Node.Of(letters);
        string name = $"fragments: into {letters}, {flavour}";
        Lab lab = SuiteLabs.WebChain(functions.Select(function => function.Correlation).FirstOrDefault(word => word is not null) ?? "nsh", ChainId, functions);
        Route Along(PacketBuilder frame) => Route.From("src", frame).Through(functions, ChainId).Leaving("dst");
        Route Around(PacketBuilder frame) => Route.From("src", frame).Leaving("dst");
        Route Waits(PacketBuilder frame) => Route.From("src", frame);
        yield return new ReplayRow($"{name}, in order", "20", lab, Along(First(flavour, 1, 80)), Along(Later(flavour, 1, 0)), Along(Later(flavour, 1, 1)), Along(flavour.Web()));
        yield return new ReplayRow($"{name}, the first one last", "20", lab,
            Waits(Later(flavour, 1, 1)), Waits(Later(flavour, 1, 0)), Along(flavour.Web()),
            Along(First(flavour, 1, 80)).And(Along(Later(flavour, 1, 1))).And(Along(Later(flavour, 1, 0))), Along(Later(flavour, 1, 2)));
        yield return new ReplayRow($"{name}, two datagrams at once, one of which matches nothing", "4 20", lab,
            Waits(Later(flavour, 1, 0)), Waits(Later(flavour, 2, 0)), Along(First(flavour, 1, 80)).And(Along(Later(flavour, 1, 0))),
            Around(First(flavour, 2, 81)).And(Around(Later(flavour, 2, 0))), Around(Later(flavour, 2, 1)), Along(Later(flavour, 1, 1)));

        // Nobody can put it together, and it must not get past a function that would have seen its ports.
        yield return new ReplayRow($"{name}, a later one whose first one never comes", "20", lab, Waits(Later(flavour, 3, 0)), Along(flavour.Web())) { Drops = "fragment_unmatched=1" };
    }

    private static SpreadRow SameMember(char letter, Flavour flavour) => new($"fragments: of one datagram to one member, {letter}, {flavour}", "11 20", () =>
    {
        Node[] members = Node.Of(new string(letter, 4));
        Lab lab = Lab.Usual().WithGroup("members", members).Takes("web", "src").Chain("web", ChainId, members[0].Correlation ?? "nsh", ["members"], ["web4", "web6"]);
        // Of each datagram the fragments in one order or another, and then a whole packet of the same flow.
        List<PacketBuilder> frames = [];
        for (uint id = 1; id <= Datagrams; id++)
        {
            ushort port = (ushort)(1000 + id);
            frames.AddRange(id % 2 == 0
                ? [First(flavour, id, 80, port), Later(flavour, id, 0), Later(flavour, id, 1), flavour.Web(port)]
                : [Later(flavour, id, 1), First(flavour, id, 80, port), Later(flavour, id, 0), flavour.Web(port)]);
        }

        string[] ports = [.. Replayed.Run(lab, "src", [.. frames]).Output.Crossings.Where(crossing => !crossing.IsInbound && crossing.Port != "dst").Select(crossing => crossing.Port)];
        Assert.Equal(frames.Count, ports.Length);
        Assert.Equal(4, ports.Chunk(4).Select(ofOne => Assert.Single(ofOne.Distinct())).Distinct().Count());
    });

    private static PacketBuilder First(Flavour flavour, uint id, ushort destinationPort, ushort sourcePort = 40000) =>
        Fragment(flavour, id, 0).Tcp(sourcePort, destinationPort, change: tcp => tcp with { Checksum = 0x1234 }).Payload(FirstBytes - 20);

    private static PacketBuilder Later(Flavour flavour, uint id, int number) =>
        Fragment(flavour, id, (ushort)(FirstBytes + (number * LaterBytes))).Payload(LaterBytes, first: (byte)number);

    private static PacketBuilder Fragment(Flavour flavour, uint id, ushort offset) => flavour.IsIpv6
        ? flavour.Forth().Fragment(id, offset, more: true, nextHeader: 6)
        : flavour.Forth().Change<Ipv4Layer>(ip => ip with { Identification = (ushort)id, FragmentOffsetBytes = offset, MoreFragments = true, Protocol = 6 });
}
