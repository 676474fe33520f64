using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Writes JSON values the way Python prints them, because Neutron's messages do: <c>None</c>, <c>True</c>, <c>['a']</c>.</summary>
internal static class PythonText
{
    /// <summary>What <c>str(value)</c> gives: strings bare, everything else as <see cref="Repr(JsonElement)"/>.</summary>
    public static string Str(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : Repr(value);

    /// <summary>What <c>repr(value)</c> gives.</summary>
    public static string Repr(JsonElement value)
    {
        StringBuilder text = new();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>What <c>repr</c> gives for a list of strings.</summary>
    public static string Repr(IEnumerable<string> items)
    {
        StringBuilder text = new("[");
        foreach (string item in items)
        {
            text.Append(text.Length > 1 ? ", " : "");
            AppendQuoted(text, item);
        }

        return text.Append(']').ToString();
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                AppendQuoted(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetRawText()));
                break;
            case JsonValueKind.True:
                text.Append("True");
                break;
            case JsonValueKind.False:
                text.Append("False");
                break;
            case JsonValueKind.Array:
                AppendList(text, value);
                break;
            case JsonValueKind.Object:
                AppendDictionary(text, value);
                break;
            default:
                text.Append("None");
                break;
        }
    }

    private static void AppendList(StringBuilder text, JsonElement list)
    {
        string separator = "[";
        foreach (JsonElement item in list.EnumerateArray())
        {
            text.Append(separator);
            Append(text, item);
            separator = ", ";
        }

        text.Append(separator == "[" ? "[]" : "]");
    }

    private static void AppendDictionary(StringBuilder text, JsonElement dictionary)
    {
        string separator = "{";
        foreach ((string name, JsonElement value) in JsonMembers.Of(dictionary))
        {
            text.Append(separator);
            AppendQuoted(text, name);
            text.Append(": ");
            Append(text, value);
            separator = ", ";
        }

        text.Append(separator == "{" ? "{}" : "}");
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        char quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        text.Append(quote);
        foreach (char c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                case '\r':
                    text.Append(@"\r");
                    break;
                case '\t':
                    text.Append(@"\t");
                    break;
                case < ' ' or '\x7f':
                    text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
                    break;
                default:
                    text.Append(c == quote ? "\\" : "").Append(c);
                    break;
            }
        }

        text.Append(quote);
    }

    private static string Number(string json)
    {
        if (json.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return json == "-0" ? "0" : json;
        }

        double value = double.Parse(json, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        // Python writes an exponent from 1e16 up and below 1e-4, .NET from 1e15: take the shortest digits and place the point ourselves.
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        string scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        int exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (value != 0 && exponent is < -4 or >= 16)
        {
            string digits = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-').Trim('0');
            string mantissa = (value < 0 ? "-" : "") + digits[0] + (digits.Length > 1 ? "." + digits[1..] : "");
            return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        string plain = decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        return plain.Contains('.') ? plain : plain + ".0";
    }
}
