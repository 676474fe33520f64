using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.Conformance;

/// <summary>Compares answers as the README of the recordings says.</summary>
internal static class Comparison
{
    private static readonly string[] _unordered = ["port_pairs", "flow_classifiers"];

    /// <summary>Compares a whole body by the mode of the recorded response.</summary>
    public static void Body(JsonObject expected, JsonNode? actual, Variables variables)
    {
        JsonNode body = expected["body"]!;
        string mode = (string?)expected["match"] ?? "exact";
        switch (mode)
        {
            case "exact":
                Value(body, actual, variables);
                break;
            case "subset":
                Value(body, actual, variables, subset: true);
                break;
            case "page":
                Page(expected, actual, variables);
                break;
            default:
                List(mode, (string)expected["collection"]!, (JsonObject)body, actual, variables);
                break;
        }
    }

    private static void Value(JsonNode? expected, JsonNode? actual, Variables variables, string where = "$", bool subset = false, bool unordered = false)
    {
        switch (expected)
        {
            case JsonObject members:
                Members(members, actual, variables, where, subset);
                break;
            case JsonArray items:
                Items(items, actual, variables, where, subset, unordered);
                break;
            case JsonValue value when value.TryGetValue(out string? text):
                string got = Kind(actual) == JsonValueKind.String ? (string)actual! : throw new Mismatch($"{where}: expected a string, got {Show(actual)}");
                bool link = where.EndsWith(".href", StringComparison.Ordinal);
                variables.Match(link ? CanonicalLink(text) : text, link ? CanonicalLink(got) : got, where);
                break;
            default:
                if (Kind(expected) != Kind(actual) || Show(expected) != Show(actual))
                {
                    throw new Mismatch($"{where}: expected {Show(expected)}, got {Show(actual)}");
                }

                break;
        }
    }

    private static void Members(JsonObject expected, JsonNode? actual, Variables variables, string where, bool subset)
    {
        JsonObject got = actual as JsonObject ?? throw new Mismatch($"{where}: expected an object, got {Show(actual)}");
        Dictionary<string, JsonNode?> wanted = expected.ToDictionary(pair => variables.SubstituteKnown(pair.Key), pair => pair.Value);
        string[] missing = [.. wanted.Keys.Where(name => !got.ContainsKey(name))];
        string[] extra = [.. got.Select(pair => pair.Key).Where(name => !wanted.ContainsKey(name))];
        if (missing.Length > 0 || (extra.Length > 0 && !subset))
        {
            throw new Mismatch($"{where}: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", extra)}]");
        }

        // The id first: it may bind the variable that others mention.
        foreach (string name in wanted.Keys.OrderBy(name => (name != "id", name)))
        {
            bool inner = wanted[name] is JsonArray && where != "$" && (_unordered.Contains(name) || where.EndsWith(".port_chains", StringComparison.Ordinal));
            Value(wanted[name], got[name], variables, $"{where}.{name}", subset, inner);
        }
    }

    private static void Items(JsonArray expected, JsonNode? actual, Variables variables, string where, bool subset, bool unordered)
    {
        JsonArray got = actual as JsonArray ?? throw new Mismatch($"{where}: expected a list, got {Show(actual)}");
        if (got.Count != expected.Count)
        {
            throw new Mismatch($"{where}: expected {expected.Count} elements, got {got.Count}");
        }

        if (unordered)
        {
            Some(expected, got, variables, where, subset);
            return;
        }

        for (int index = 0; index < expected.Count; index++)
        {
            Value(expected[index], got[index], variables, $"{where}[{index}]", subset);
        }
    }

    /// <summary>Every expected element matches another actual one.</summary>
    private static void Some(JsonArray expected, JsonArray actual, Variables variables, string where, bool subset = false)
    {
        List<JsonNode?> left = [.. actual];
        foreach (JsonNode? wanted in expected)
        {
            string why = "the list is empty";
            int found = left.FindIndex(candidate =>
            {
                Variables trial = variables.Copy();
                try
                {
                    Value(wanted, candidate, trial, where, subset);
                }
                catch (Mismatch mismatch)
                {
                    why = mismatch.Message;
                    return false;
                }

                variables.TakeFrom(trial);
                return true;
            });
            if (found < 0)
            {
                throw new Mismatch($"{where}: no element matches {variables.SubstituteKnown(Show(wanted))} ({why})");
            }

            left.RemoveAt(found);
        }
    }

    private static void List(string mode, string collection, JsonObject expected, JsonNode? actual, Variables variables)
    {
        JsonArray got = (actual as JsonObject)?[collection] as JsonArray ?? throw new Mismatch($"$.{collection}: expected a list");
        JsonArray wanted = (JsonArray)expected[collection]!;
        if (mode != "contains" && got.Count != wanted.Count)
        {
            throw new Mismatch($"$.{collection}: expected {wanted.Count} elements, got {got.Count}");
        }

        if (mode == "unordered")
        {
            Value(Without(expected, collection), Without((JsonObject)actual!, collection), variables);
        }

        if (mode != "count")
        {
            Some(wanted, got, variables, $"$.{collection}");
        }
    }

    /// <summary>One page in ascending id order: which elements are on it is not known beforehand.</summary>
    private static void Page(JsonObject expected, JsonNode? actual, Variables variables)
    {
        string collection = (string)expected["collection"]!;
        JsonArray got = (actual as JsonObject)?[collection] as JsonArray ?? throw new Mismatch($"$.{collection}: expected a list");
        if (got.Count != (int)expected["count"]!)
        {
            throw new Mismatch($"$.{collection}: expected {expected["count"]} elements, got {got.Count}");
        }

        List<JsonNode?> candidates = [.. (JsonArray)expected["body"]![collection]!];
        foreach (JsonNode? item in got)
        {
            int found = candidates.FindIndex(candidate => IsMatch(candidate, item, variables));
            if (found < 0)
            {
                throw new Mismatch($"$.{collection}: not one of the expected elements: {Show(item)}");
            }

            candidates.RemoveAt(found);
        }

        string[] ids = [.. got.Select(item => (string)item!["id"]!)];
        bool ascending = ids.SequenceEqual(ids.Order(StringComparer.Ordinal));
        bool after = expected["after"] is not { } low || string.CompareOrdinal(ids[0], variables.Substitute((string)low!)) > 0;
        bool before = expected["before"] is not { } high || string.CompareOrdinal(ids[^1], variables.Substitute((string)high!)) < 0;
        if (!ascending || !after || !before)
        {
            throw new Mismatch($"$.{collection}: the page is out of order: {string.Join(", ", ids)}");
        }

        if (ids.Length > 0 && (string?)expected["bind_page"] is { } name)
        {
            variables[$"{name}.first"] = ids[0];
            variables[$"{name}.last"] = ids[^1];
        }

        Value(Without((JsonObject)expected["body"]!, collection), Without((JsonObject)actual!, collection), variables);
    }

    private static bool IsMatch(JsonNode? expected, JsonNode? actual, Variables variables)
    {
        try
        {
            Value(expected, actual, variables.Copy());
            return true;
        }
        catch (Mismatch)
        {
            return false;
        }
    }

    private static JsonObject Without(JsonObject json, string name) =>
        new(json.Where(pair => pair.Key != name).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    /// <summary>Links compare with their query parameters in any order.</summary>
    private static string CanonicalLink(string link)
    {
        int mark = link.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? link : $"{link[..mark]}?{string.Join('&', link[(mark + 1)..].Split('&').Order(StringComparer.Ordinal))}";
    }

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "null";
}
