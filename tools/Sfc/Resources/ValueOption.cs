using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingSfc.Sfc.Client;

namespace NetworkingSfc.Sfc.Resources;

/// <summary>One option, one attribute.</summary>
/// <typeparam name="T">What the option takes.</typeparam>
internal sealed class ValueOption<T>(Option<T> option, string path, Func<T, BodyFilling, Task<JsonNode?>> convert) : AttributeOption
{
    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options { get; } = [option];

    /// <inheritdoc/>
    public override async Task FillAsync(BodyFilling filling) =>
        filling.Put(path, await convert(filling.Arguments.GetValue(option)!, filling));
}

/// <summary>The usual options. What a value may be is the server's to say, unless it would not be a number.</summary>
internal static class ValueOption
{
    /// <summary>A text.</summary>
    public static AttributeOption Text(string name, string path, string description, string valueName = "TEXT", bool required = false) =>
        Of<string>(New<string>(name, description, valueName, required), path, text => JsonValue.Create(text));

    /// <summary>A list of texts: the option is repeated.</summary>
    public static AttributeOption Texts(string name, string path, string description, string valueName) =>
        Of<string[]>(New<string[]>(name, description, valueName), path, texts => new JsonArray([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]));

    /// <summary>A whole number.</summary>
    public static AttributeOption Number(string name, string path, string description) =>
        Of<long>(New<long>(name, description, "N"), path, number => JsonValue.Create(number));

    /// <summary>An option without value that makes an attribute true.</summary>
    public static AttributeOption Flag(string name, string path, string description) =>
        Of<bool>(new Option<bool>(name) { Description = description }, path, flag => JsonValue.Create(flag));

    /// <summary>Another resource, by name or id.</summary>
    public static AttributeOption Reference(string name, string path, Noun noun, string description, bool required = false) =>
        new ValueOption<string>(New<string>(name, description, noun.Word.ToUpperInvariant(), required), path,
            async (text, filling) => JsonValue.Create(await filling.Names.FindIdAsync(noun, text)));

    /// <summary>A list of other resources, by name or id: the option is repeated.</summary>
    public static AttributeOption References(string name, string path, Noun noun, string description, bool required = false) =>
        new ValueOption<string[]>(New<string[]>(name, description, noun.Word.ToUpperInvariant(), required), path,
            async (texts, filling) => await IdsAsync(noun, texts, filling));

    /// <summary>A list of objects with one text each: the option is repeated.</summary>
    public static AttributeOption Wrapped(string name, string path, string member, string description, string valueName) =>
        Of<string[]>(New<string[]>(name, description, valueName), path,
            texts => new JsonArray([.. texts.Select(text => (JsonNode?)new JsonObject { [member] = text })]));

    /// <summary>An object of named values: the option is repeated. Values that are whole numbers go out as numbers.</summary>
    public static AttributeOption Pairs(string name, string path, string description)
    {
        Option<string[]> option = New<string[]>(name, description, "KEY=VALUE");
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } token)
            {
                result.AddError($"{name} '{token.Value}' has no key. Accepted is KEY=VALUE.");
            }
        });
        return Of<string[]>(option, path, texts =>
        {
            JsonObject pairs = [];
            foreach (string[] pair in texts.Select(text => text.Split('=', 2)))
            {
                pairs[pair[0]] = long.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    ? JsonValue.Create(number)
                    : JsonValue.Create(pair[1]);
            }

            return pairs;
        });
    }

    /// <summary>The ids of resources, in order.</summary>
    public static async Task<JsonArray> IdsAsync(Noun noun, IEnumerable<string> texts, BodyFilling filling)
    {
        JsonArray ids = [];
        foreach (string text in texts)
        {
            ids.Add(JsonValue.Create(await filling.Names.FindIdAsync(noun, text)));
        }

        return ids;
    }

    /// <summary>An option that takes a value.</summary>
    public static Option<T> New<T>(string name, string description, string valueName, bool required = false) =>
        new(name) { Description = description, HelpName = valueName, Required = required };

    private static ValueOption<T> Of<T>(Option<T> option, string path, Func<T, JsonNode?> convert) =>
        new(option, path, (value, _) => Task.FromResult(convert(value)));
}
