using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite.Rows;

/// <summary>Behaviour 22, rule 12: a group with nobody in it, first, in the middle and last, from the start and after a change.</summary>
internal static class EmptyGroupRows
{
    private const int ChainId = 3;

    private static readonly string?[] _policies = [null, "drop", "skip", "leave"];

    public static IEnumerable<ConformanceRow> All =>
    [
        .. from letter in "pmnPMN" from policy in _policies from place in Enumerable.Range(0, 3) from how in new[] { "no members", "no weight" } select Created(letter, policy, place, how),
        .. from letter in "pmn" from policy in _policies from place in Enumerable.Range(0, 3) select Changed(letter, policy, place),
    ];

    private static ReplayRow Created(char letter, string? policy, int place, string how) => new(
        $"on_empty {policy ?? "not given"}: {letter} at place {place + 1} with {how}", "22", Chain(letter, policy, place, how), [.. Flavour.All.Select(flavour => Along(flavour, letter, policy, place))])
    {
        Drops = Drops(policy),
        Entering = ("web", Flavour.All.Count),
    };

    // Its member is drained, gets its weight back, and leaves the group.
    private static LiveRow Changed(char letter, string? policy, int place)
    {
        LiveStep Empty(string how) => new(Chain(letter, policy, place, how), [.. Flavour.All.Select(flavour => Along(flavour, letter, policy, place))]) { Drops = Drops(policy) };
        LiveStep Full() => new(Chain(letter, policy, place, "a member"), [.. Flavour.All.Select(flavour => Along(flavour, letter, policy, place: -1))]);
        return new LiveRow($"on_empty {policy ?? "not given"}: {letter} at place {place + 1} drained, refilled and left", "22 23", Full(), Empty("no weight"), Full(), Empty("no members"), Full());
    }

    private static string Drops(string? policy) => policy is null or "drop" ? $"group_empty={Flavour.All.Count}" : "";

    private static Lab Chain(char letter, string? policy, int place, string how)
    {
        Node[] functions = Node.Of(new string(letter, 3));
        Lab lab = SuiteLabs.WebChain(functions[0].Correlation ?? "mpls", ChainId, functions);
        string group = SuiteLabs.GroupOf(functions[place]);
        lab = policy is null ? lab : lab.Set("port_pair_groups", group, "on_empty", policy);
        return how switch
        {
            "no members" => lab.Set("port_pair_groups", group, "port_pairs", new JsonArray()),
            "no weight" => lab.Change(root => root["port_pairs"]![place]!["service_function_parameters"]!["weight"] = 0),
            _ => lab,
        };
    }

    // Indexes count every group, empty or not.
    private static Route Along(Flavour flavour, char letter, string? policy, int place)
    {
        Node[] functions = Node.Of(new string(letter, 3));
        Route route = Route.From("src", flavour.Web());
        for (int hop = 0; hop < functions.Length; hop++)
        {
            if (hop != place)
            {
                route.Through(functions[hop], ChainId, (byte)(255 - hop));
            }
            else if (policy != "skip")
            {
                return policy == "leave" ? route.Leaving("dst") : route;
            }
        }

        return route.Leaving("dst");
    }
}
