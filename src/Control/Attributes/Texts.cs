using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Readers of attributes that are text or truth.</summary>
internal static class Texts
{
    private const int MaxCharacters = 255;

    private static readonly string[] _true = ["1", "t", "true", "on", "y", "yes"];
    private static readonly string[] _false = ["0", "f", "false", "off", "n", "no"];

    /// <summary>A string of at most 255 characters, counted as Python counts them.</summary>
    public static Reading UpTo255(string attribute, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a valid string");
        }

        string text = value.GetString()!;
        int characters = text.Length <= MaxCharacters ? text.Length : text.EnumerateRunes().Count();
        return characters <= MaxCharacters
            ? Reading.Of(text)
            : ApiProblem.InvalidValue(attribute, $"'{text}' exceeds maximum length of {MaxCharacters}");
    }

    /// <summary>The same, where null stands for the empty string.</summary>
    public static Reading UpTo255OrNull(string attribute, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? Reading.Of("") : UpTo255(attribute, value);

    /// <summary>A boolean, or one of the words and digits that stand for one.</summary>
    public static Reading Boolean(string attribute, JsonElement value)
    {
        string text = PythonText.Str(value);
        return BooleanWord(text) is bool truth
            ? Reading.Of(truth)
            : ApiProblem.NotConvertible(attribute, $"'{text}' cannot be converted to boolean");
    }

    /// <summary>A reader that takes one of the given words, by exact case.</summary>
    public static ReadAttribute OneOf<T>(params (string Word, T Value)[] words) => (attribute, value) =>
    {
        foreach ((string word, T meaning) in words)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(word))
            {
                return Reading.Of(meaning);
            }
        }

        string accepted = string.Join(", ", words.Select(pair => $"'{pair.Word}'"));
        return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not accepted, accepted are {accepted}");
    };

    /// <summary>The same, where null stands for nothing said.</summary>
    public static ReadAttribute OneOfOrNull<T>(params (string Word, T Value)[] words)
    {
        ReadAttribute oneOf = OneOf(words);
        return (attribute, value) => value.ValueKind == JsonValueKind.Null ? Reading.Of(null) : oneOf(attribute, value);
    }

    private static bool? BooleanWord(string text)
    {
        string word = text.Trim().ToLowerInvariant();
        return _true.Contains(word) ? true : _false.Contains(word) ? false : null;
    }
}
