using System.Globalization;

namespace NetworkingSfc.Control.Attributes;

/// <summary>
/// What an attribute looks like, as JSON Schema (the dialect of OpenAPI 3.1). It describes the form that is meant to be
/// sent; readers accept more, as the reference does: words and digits for truth values, decimal text for numbers.
/// </summary>
/// <param name="Json">The schema as JSON text.</param>
internal sealed record Schema(string Json)
{
    private const string PrefixPattern = """ "pattern": "^[0-9A-Fa-f:.]+/[0-9]{1,3}$" """;

    /// <summary>Text of at most 255 characters.</summary>
    public static Schema Text { get; } = new("""{"type": "string", "maxLength": 255}""");

    /// <summary>The same, or null for none.</summary>
    public static Schema TextOrNull { get; } = new("""{"type": ["string", "null"], "maxLength": 255}""");

    /// <summary>A truth value.</summary>
    public static Schema Boolean { get; } = new("""{"type": "boolean"}""");

    /// <summary>An id.</summary>
    public static Schema Id { get; } = new("""{"type": "string", "format": "uuid"}""");

    /// <summary>An id, or null.</summary>
    public static Schema IdOrNull { get; } = new("""{"type": ["string", "null"], "format": "uuid"}""");

    /// <summary>A list of different ids.</summary>
    public static Schema Ids { get; } = new($$"""{"type": "array", "items": {{Id.Json}}, "uniqueItems": true, "maxItems": {{JsonScan.MaxItems}}}""");

    /// <summary>The same, or null for none.</summary>
    public static Schema IdsOrNull { get; } = new($$"""{"type": ["array", "null"], "items": {{Id.Json}}, "uniqueItems": true, "maxItems": {{JsonScan.MaxItems}}}""");

    /// <summary>A port number of a protocol, or null.</summary>
    public static Schema PortOrNull { get; } = new("""{"type": ["integer", "null"], "minimum": 0, "maximum": 65535}""");

    /// <summary>An IP prefix.</summary>
    public static Schema Prefix { get; } = new($$"""{"type": "string",{{PrefixPattern}}}""");

    /// <summary>An IP prefix, or null.</summary>
    public static Schema PrefixOrNull { get; } = new($$"""{"type": ["string", "null"],{{PrefixPattern}}}""");

    /// <summary>An IP address.</summary>
    public static Schema Address { get; } = new("""{"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}""");

    /// <summary>An IP address, or null.</summary>
    public static Schema AddressOrNull { get; } = new("""{"anyOf": [{"type": "null"}, {"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}""");

    /// <summary>Any object, or null for an empty one.</summary>
    public static Schema ObjectOrNull { get; } = new("""{"type": ["object", "null"]}""");

    /// <summary>A list without items.</summary>
    public static Schema EmptyList { get; } = new("""{"type": "array", "items": {"type": "string"}, "maxItems": 0}""");

    /// <summary>An object without members, or null.</summary>
    public static Schema EmptyObjectOrNull { get; } = new("""{"type": ["object", "null"], "additionalProperties": false}""");

    /// <summary>A whole number within bounds, both included.</summary>
    public static Schema Integer(int min, int max) =>
        new(string.Create(CultureInfo.InvariantCulture, $$"""{"type": "integer", "minimum": {{min}}, "maximum": {{max}}}"""));

    /// <summary>One of some numbers.</summary>
    public static Schema Integers(params int[] numbers) => new($$"""{"enum": [{{string.Join(", ", numbers)}}]}""");

    /// <summary>One of some words.</summary>
    public static Schema Words(params IEnumerable<string> words) => new($$"""{"enum": [{{Quoted(words)}}]}""");

    /// <summary>One of some words, or null.</summary>
    public static Schema WordsOrNull(params IEnumerable<string> words) => new($$"""{"enum": [{{Quoted(words)}}, null]}""");

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"\"{word}\""));
}
