using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingSfc.Control.Tests.Conformance;

/// <summary>The <c>${name}</c> of scenarios: bound by the first answer that shows them, required to be equal from then on.</summary>
internal sealed partial class Variables
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    private static readonly Dictionary<string, string> _shapes = new()
    {
        ["uuid"] = Uuid,
        ["timestamp"] = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        ["mac"] = "(?:[0-9a-f]{2}:){5}[0-9a-f]{2}",
        ["ip"] = "[0-9a-fA-F:.]+",
        ["string"] = ".*",
    };

    private readonly Dictionary<string, string> _values;

    public Variables() => _values = [];

    private Variables(Dictionary<string, string> values) => _values = values;

    public string this[string name]
    {
        set => _values[name] = value;
    }

    public Variables Copy() => new(new Dictionary<string, string>(_values));

    public void TakeFrom(Variables other)
    {
        foreach ((string name, string value) in other._values)
        {
            _values[name] = value;
        }
    }

    /// <summary>Puts values in; an unbound variable is a fault of the scenario.</summary>
    public string Substitute(string text) => Variable().Replace(text, match =>
        _values.TryGetValue(match.Groups[1].Value, out string? value)
            ? value
            : throw new Mismatch($"unbound variable {match.Value}"));

    /// <summary>Puts known values in and leaves the others.</summary>
    public string SubstituteKnown(string text) => Variable().Replace(text, match => _values.GetValueOrDefault(match.Groups[1].Value, match.Value));

    public JsonNode? Substitute(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(pair => KeyValuePair.Create(Substitute(pair.Key), Substitute(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Substitute)]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(Substitute(text)),
        _ => node?.DeepClone(),
    };

    /// <summary>Compares a text, binding what is new in it.</summary>
    public void Match(string expected, string actual, string where)
    {
        List<string> unbound = [];
        string pattern = "";
        int position = 0;
        foreach (Match match in Variable().Matches(expected))
        {
            pattern += Regex.Escape(expected[position..match.Index]);
            pattern += Pattern(match.Groups[1].Value, unbound);
            position = match.Index + match.Length;
        }

        pattern += Regex.Escape(expected[position..]);
        Match found = Regex.Match(actual, $@"\A(?:{pattern})\z", RegexOptions.Singleline | RegexOptions.CultureInvariant);
        if (!found.Success)
        {
            throw new Mismatch($"{where}: expected '{SubstituteKnown(expected)}', got '{actual}'");
        }

        for (int index = 0; index < unbound.Count; index++)
        {
            _values[unbound[index]] = found.Groups[$"v{index}"].Value;
        }
    }

    private string Pattern(string name, List<string> unbound)
    {
        if (name.StartsWith("any:", StringComparison.Ordinal))
        {
            return $"(?:{_shapes[name[4..]]})";
        }

        if (_values.TryGetValue(name, out string? value))
        {
            return Regex.Escape(value);
        }

        int known = unbound.IndexOf(name);
        if (known >= 0)
        {
            return $@"\k<v{known}>";
        }

        unbound.Add(name);
        return $"(?<v{unbound.Count - 1}>{Uuid})";
    }

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();
}
