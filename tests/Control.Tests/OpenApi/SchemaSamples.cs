using System.Text.Json.Nodes;

namespace NetworkingSfc.Control.Tests.OpenApi;

/// <summary>Draws values that a schema allows.</summary>
internal sealed class SchemaSamples(SchemaValidator schemas, Random random, IReadOnlyList<string> ids)
{
    private static readonly string[] _texts = ["", "a", "net", "Ünïcödé", "\u0000", "\ud83d\ude00", "<script>", "%2e%2e/", "{}", "None", "\u202e"];

    /// <summary>Draws one value.</summary>
    public JsonNode? Draw(JsonNode given)
    {
        JsonObject schema = schemas.Resolve(given);
        if (schema["enum"] is JsonArray words)
        {
            return words[random.Next(words.Count)]?.DeepClone();
        }

        if (schema["const"] is { } only)
        {
            return only.DeepClone();
        }

        if (schema["anyOf"] is JsonArray choices)
        {
            return Draw(choices[random.Next(choices.Count)]!);
        }

        string[] types = [.. SchemaValidator.Types(schema["type"]!)];
        return types[random.Next(types.Length)] switch
        {
            "null" => null,
            "boolean" => random.Next(2) == 0,
            "integer" => DrawInteger(schema),
            "string" => DrawText(schema),
            "array" => DrawList(schema),
            _ => DrawObject(schema),
        };
    }

    private JsonNode DrawInteger(JsonObject schema)
    {
        long min = (long?)schema["minimum"] ?? int.MinValue;
        long max = (long?)schema["maximum"] ?? int.MaxValue;
        return random.Next(4) switch
        {
            0 => min,
            1 => max,
            _ => Math.Min(max, min + random.Next(300)),
        };
    }

    private JsonNode DrawText(JsonObject schema)
    {
        string text = (string?)schema["format"] switch
        {
            "uuid" => ids.Count > 0 && random.Next(8) > 0 ? ids[random.Next(ids.Count)] : Guid.NewGuid().ToString(),
            "ipv4" => $"10.0.{random.Next(4)}.{random.Next(256)}",
            "ipv6" => $"2001:db8::{random.Next(256):x}",
            _ => schema["pattern"] is null ? DrawPlain(schema) : DrawPattern((string)schema["pattern"]!),
        };
        return text;
    }

    private string DrawPlain(JsonObject schema)
    {
        string text = random.Next(16) == 0 ? new string('x', (int?)schema["maxLength"] ?? 1000) : _texts[random.Next(_texts.Length)];
        return text.Length == 0 && schema["minLength"] is not null ? "a" : text;
    }

    private string DrawPattern(string pattern) => pattern switch
    {
        _ when pattern.Contains("[:-]", StringComparison.Ordinal) => $"02:00:00:00:{random.Next(256):x2}:{random.Next(256):x2}",
        _ when pattern.Contains('/', StringComparison.Ordinal) => random.Next(4) == 0 ? $"2001:db8::/{random.Next(129)}" : $"10.{random.Next(4)}.0.0/{random.Next(33)}",
        _ => $"revision_number={random.Next(4)}",
    };

    private JsonArray DrawList(JsonObject schema)
    {
        JsonArray list = [];
        HashSet<string> seen = [];
        for (int count = random.Next((int?)schema["minItems"] ?? 0, 4); count > 0; count--)
        {
            JsonNode? item = Draw(schema["items"]!);
            if (schema["uniqueItems"] is null || seen.Add(item?.ToJsonString() ?? "null"))
            {
                list.Add(item);
            }
        }

        return list;
    }

    private JsonObject DrawObject(JsonObject schema)
    {
        JsonObject drawn = [];
        string[] required = [.. (schema["required"] as JsonArray ?? []).Select(name => (string)name!)];
        foreach ((string name, JsonNode? property) in schema["properties"] as JsonObject ?? [])
        {
            if (required.Contains(name) || random.Next(3) == 0)
            {
                drawn[name] = Draw(property!);
            }
        }

        if (schema["additionalProperties"] is JsonObject others)
        {
            for (int count = random.Next(3); count > 0; count--)
            {
                string name = schema["propertyNames"] is { } names ? (string)Draw(names)! : _texts[random.Next(_texts.Length)];
                drawn[name] = Draw(others);
            }
        }

        return drawn;
    }
}
