using NetworkingSfc.Conformance.Tests.Replaying;
using NetworkingSfc.Conformance.Tests.Suite;

namespace NetworkingSfc.Conformance.Tests.Live;

/// <summary>
/// One state of the storm. Of two that follow one another path ids and all functions differ, so a frame shows in port, address and
/// header which of them it was treated by. The chain "keep" is the same in all.
/// </summary>
/// <param name="Number">Counts from 0.</param>
/// <param name="Single">The function of the chain "single", which keeps what it gets; null when there is no such chain.</param>
/// <param name="Multi">The functions of the chain "multi", which give back what they get; none when there is no such chain.</param>
/// <param name="Noise">What the state has besides.</param>
internal sealed record StormVersion(int Number, Node? Single, IReadOnlyList<Node> Multi, int Noise)
{
    public const int KeepPath = 1;
    public const ushort KeepPort = 80;
    public const ushort SinglePort = 81;
    public const ushort MultiPort = 82;
    private const int FirstPath = 10;
    private const int Sets = 8;
    private const int Rarely = 10;

    /// <summary>The functions of the chain that stays.</summary>
    public static readonly Node[] Keep = [new("keep-p", null, 1), new("keep-n", "nsh", 2), new("keep-m", "mpls", 3)];

    private static readonly Node[] _singles = [.. Enumerable.Range(0, Sets).SelectMany(set => OfSet("single", set, 10))];
    private static readonly Node[] _multis = [.. Enumerable.Range(0, Sets).SelectMany(set => OfSet("multi", set, 50))];

    /// <summary>Every function there is.</summary>
    public static IEnumerable<Node> Functions => [.. Keep, .. _singles, .. _multis];

    /// <summary>Path id of the chain "single".</summary>
    public uint SinglePath => (uint)(FirstPath + (2 * Number));

    /// <summary>Path id of the chain "multi".</summary>
    public uint MultiPath => SinglePath + 1;

    /// <summary>The state as a document.</summary>
    public Lab ToLab()
    {
        Lab lab = Lab.Usual().With(Functions).Takes("keep", "src").Takes("single", "src", null, Udp(SinglePort)).Takes("multi", "src", null, Udp(MultiPort))
            .Along("keep", KeepPath, "nsh", Keep);
        if (Single is not null)
        {
            lab.Along("single", (int)SinglePath, Single.Correlation ?? "nsh", [Single]);
        }

        if (Multi.Count > 0)
        {
            lab.Along("multi", (int)MultiPath, "nsh", Multi);
        }

        // Chains that no frame enters come and go around those that frames are in.
        for (int noise = 0; noise < Noise; noise++)
        {
            lab.Takes($"noise{noise}", "up", null, ("protocol", "tcp"), ("destination_port_range_min", 1000 + noise), ("destination_port_range_max", 1000 + noise))
                .Chain($"noise{noise}", 4000 + noise, "nsh", [.. Keep.Skip(noise % 2).Concat([_singles[noise]]).Select(SuiteLabs.GroupOf)], [$"noise{noise}4", $"noise{noise}6"]);
        }

        return lab;
    }

    /// <summary>The next state.</summary>
    public static StormVersion Draw(int number, Random random)
    {
        Node[] singles = [.. _singles.Skip(3 * (number % Sets)).Take(3)];
        Node[] multis = [.. _multis.Skip(3 * (number % Sets)).Take(3).OrderBy(_ => random.Next())];
        return new StormVersion(
            number,
            random.Next(Rarely) == 0 ? null : singles[random.Next(3)],
            random.Next(Rarely) == 0 ? [] : multis[..random.Next(1, 4)],
            random.Next(4));
    }

    private static Node[] OfSet(string chain, int set, int number) =>
        [new($"{chain}{set}-p", null, number + (3 * set)), new($"{chain}{set}-n", "nsh", number + (3 * set) + 1), new($"{chain}{set}-m", "mpls", number + (3 * set) + 2)];

    private static (string, System.Text.Json.Nodes.JsonNode?)[] Udp(ushort port) =>
        [("protocol", "udp"), ("destination_port_range_min", port), ("destination_port_range_max", port)];
}
