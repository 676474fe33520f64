using System.Text.Json.Nodes;
using NetworkingSfc.Conformance.Tests.Replaying;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>What the states of many rows have.</summary>
internal static class SuiteLabs
{
    /// <summary>Adds functions, each in a group of its own that is called "g-" and its name.</summary>
    public static Lab With(this Lab lab, params IEnumerable<Node> functions)
    {
        foreach (Node function in functions)
        {
            lab.WithGroup(GroupOf(function), [function]);
        }

        return lab;
    }

    /// <summary>Adds functions that are the members of one group.</summary>
    public static Lab WithGroup(this Lab lab, string group, IReadOnlyList<Node> members, string[]? fields = null)
    {
        foreach (Node member in members)
        {
            lab.Function(member.Name, member.Correlation, member.IngressMac, member.HasTwoPorts ? member.EgressMac : null);
        }

        return lab.Group(group, [.. members.Select(member => member.Name)], fields);
    }

    /// <summary>Adds a classifier for each family, "name4" and "name6": TCP to port 80 unless other members are given.</summary>
    public static Lab Takes(this Lab lab, string name, string? from, string? to = null, params (string Name, JsonNode? Value)[] members)
    {
        foreach ((string suffix, string family) in new[] { ("4", "IPv4"), ("6", "IPv6") })
        {
            List<(string, JsonNode?)> all = [("ethertype", family), ("logical_source_port", from), ("logical_destination_port", to)];
            all.AddRange(members.Length > 0 ? members.Select(member => (member.Name, member.Value?.DeepClone())) : Web());
            lab.Classifier(name + suffix, [.. all]);
        }

        return lab;
    }

    /// <summary>Adds a chain through the groups of functions, with the classifiers of <see cref="Takes"/> of the same name.</summary>
    public static Lab Along(this Lab lab, string name, int id, string correlation, IEnumerable<Node> functions, bool symmetric = false) =>
        lab.Chain(name, id, correlation, [.. functions.Select(GroupOf)], [name + "4", name + "6"], symmetric);

    /// <summary>A chain through functions for TCP to port 80 from "src".</summary>
    public static Lab WebChain(string correlation, int id, params Node[] functions) =>
        Lab.Usual().With(functions).Takes("web", "src").Along("web", id, correlation, functions);

    /// <summary>Changes one object of a list of the document, by its name.</summary>
    public static Lab Set(this Lab lab, string list, string name, string member, JsonNode? value) =>
        lab.Change(root => root[list]!.AsArray().Single(item => (string?)item!["name"] == name)![member] = value);

    /// <summary>The group of a function.</summary>
    public static string GroupOf(Node function) => "g-" + function.Name;

    private static IEnumerable<(string, JsonNode?)> Web() => [("protocol", "tcp"), ("destination_port_range_min", 80), ("destination_port_range_max", 80)];
}
