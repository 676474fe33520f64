using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Readers of attributes that are ids. Any spelling of a UUID that Neutron accepts is taken; it is answered lower-case and dashed.</summary>
internal static class Ids
{
    private const int Digits = 32;

    /// <summary>Reads a UUID: dashes may be left out, case does not matter, braces and <c>urn:uuid:</c> are dropped.</summary>
    public static bool TryParse(string text, out Guid id)
    {
        string digits = text
            .Replace("urn:", "", StringComparison.Ordinal)
            .Replace("uuid:", "", StringComparison.Ordinal)
            .Trim('{', '}')
            .Replace("-", "", StringComparison.Ordinal);
        id = default;
        return digits.Length == Digits && Guid.TryParseExact(digits, "N", out id);
    }

    /// <summary>One id.</summary>
    public static Reading One(string attribute, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && TryParse(value.GetString()!, out Guid id)
            ? Reading.Of(id)
            : ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a valid UUID");

    /// <summary>One id, or null.</summary>
    public static Reading OneOrNull(string attribute, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? Reading.Of(null) : One(attribute, value);

    /// <summary>A list of different ids; null stands for none.</summary>
    public static Reading ListOrNull(string attribute, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Reading.Of(ImmutableArray<Guid>.Empty),
        JsonValueKind.Array => Distinct(attribute, [.. value.EnumerateArray()]),
        _ => ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a list"),
    };

    /// <summary>The same, where one value stands for a list of it and an object for the list of its names.</summary>
    public static Reading ListOrOne(string attribute, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Distinct(attribute, [.. JsonMembers.Of(value).Keys.Select(name => JsonSerializer.SerializeToElement(name, JsonText.Default.String))]),
        JsonValueKind.Null or JsonValueKind.Array => ListOrNull(attribute, value),
        _ => Distinct(attribute, [value]),
    };

    private static Reading Distinct(string attribute, List<JsonElement> items)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        OrderedDictionary<string, bool> repeated = [];
        foreach (JsonElement item in items)
        {
            string text = PythonText.Str(item);
            if (!seen.Add(item.ValueKind == JsonValueKind.String && TryParse(text, out Guid known) ? known.ToString() : text))
            {
                repeated[text] = true;
            }
        }

        if (repeated.Count > 0)
        {
            return ApiProblem.InvalidValue(attribute, $"Duplicate items in the list: '{string.Join(", ", repeated.Keys)}'");
        }

        ImmutableArray<Guid>.Builder ids = ImmutableArray.CreateBuilder<Guid>(items.Count);
        foreach (JsonElement item in items)
        {
            Reading reading = One(attribute, item);
            if (reading.Problem is not null)
            {
                return reading;
            }

            ids.Add((Guid)reading.Value!);
        }

        return Reading.Of(ids.MoveToImmutable());
    }
}
