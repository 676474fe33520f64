using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Control.Tests.OpenApi;

/// <summary>As much of JSON Schema as the document uses; a word it does not know is a failure, so that nothing goes unchecked.</summary>
internal sealed class SchemaValidator(JsonObject document)
{
    private static readonly string[] _notes = ["description"];

    /// <summary>What is wrong with a value, or null.</summary>
    public string? Check(JsonNode schema, JsonNode? value, string place = "$")
    {
        foreach ((string word, JsonNode? rule) in Resolve(schema))
        {
            if (!_notes.Contains(word) && CheckWord(schema, word, rule!, value, place) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>The schema itself, behind references.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        JsonObject resolved = (JsonObject)schema;
        while ((string?)resolved["$ref"] is { } reference)
        {
            resolved = (JsonObject)document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        }

        return resolved;
    }

    private string? CheckWord(JsonNode schema, string word, JsonNode rule, JsonNode? value, string place)
    {
        bool holds = word switch
        {
            "type" => Types(rule).Any(type => IsOf(type, value)),
            "enum" => rule.AsArray().Any(one => JsonNode.DeepEquals(one, value)),
            "const" => JsonNode.DeepEquals(rule, value),
            "minimum" => !IsNumber(value) || (decimal)value! >= (decimal)rule,
            "maximum" => !IsNumber(value) || (decimal)value! <= (decimal)rule,
            "minLength" => Text(value) is not { } text || text.EnumerateRunes().Count() >= (int)rule,
            "maxLength" => Text(value) is not { } text || text.EnumerateRunes().Count() <= (int)rule,
            "pattern" => Text(value) is not { } text || Regex.IsMatch(text, (string)rule!),
            "format" => Text(value) is not { } text || IsFormat((string)rule!, text),
            "maxItems" => value is not JsonArray list || list.Count <= (int)rule,
            "minItems" => value is not JsonArray list || list.Count >= (int)rule,
            "uniqueItems" => value is not JsonArray list || list.Select(item => item?.ToJsonString()).Distinct().Count() == list.Count,
            "anyOf" => rule.AsArray().Any(one => Check(one!, value, place) is null),
            "required" => value is not JsonObject members || rule.AsArray().All(name => members.ContainsKey((string)name!)),
            "items" or "properties" or "additionalProperties" or "propertyNames" => true,
            _ => throw new NotSupportedException($"The validator does not know '{word}'."),
        };
        return holds ? CheckInside(schema, word, rule, value, place) : $"{place}: {value?.ToJsonString() ?? "null"} is not {word} {rule.ToJsonString()}";
    }

    private string? CheckInside(JsonNode schema, string word, JsonNode rule, JsonNode? value, string place) => (word, value) switch
    {
        ("items", JsonArray list) => list.Select((item, index) => Check(rule, item, $"{place}[{index}]")).FirstOrDefault(problem => problem is not null),
        ("properties", JsonObject members) => rule.AsObject()
            .Where(property => members.ContainsKey(property.Key))
            .Select(property => Check(property.Value!, members[property.Key], $"{place}.{property.Key}")).FirstOrDefault(problem => problem is not null),
        ("propertyNames", JsonObject members) => members.Select(member => Check(rule, (JsonNode)member.Key, $"{place}.{member.Key}")).FirstOrDefault(problem => problem is not null),
        ("additionalProperties", JsonObject members) => CheckOthers(Resolve(schema), rule, members, place),
        _ => null,
    };

    private string? CheckOthers(JsonObject schema, JsonNode rule, JsonObject members, string place)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            if (schema["properties"]?[name] is not null)
            {
                continue;
            }

            string? problem = rule.GetValueKind() == JsonValueKind.False ? $"{place}: '{name}' is not a member" : Check(rule, value, $"{place}.{name}");
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>The types that a schema names.</summary>
    public static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray several ? several.Select(one => (string)one!) : [(string)rule!];

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Text(value) is not null,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => IsNumber(value),
        "integer" => IsNumber(value) && decimal.IsInteger((decimal)value!),
        _ => throw new NotSupportedException($"The validator does not know the type '{type}'."),
    };

    private static bool IsFormat(string format, string text) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "ipv4" => IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork,
        "ipv6" => IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => throw new NotSupportedException($"The validator does not know the format '{format}'."),
    };

    private static bool IsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number;

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? (string)value! : null;
}
