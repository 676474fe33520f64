using System.Globalization;
using System.Numerics;
using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Readers of attributes that are whole numbers.</summary>
internal static class Numbers
{
    /// <summary>Python refuses longer text too: converting it takes time quadratic in its length.</summary>
    private const int MaxDigits = 4300;

    /// <summary>What Python's <c>int(value)</c> takes: numbers (cut towards zero), truth values, decimal text with blanks around it.</summary>
    public static bool TryConvert(JsonElement value, out BigInteger number)
    {
        number = default;
        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                number = BigInteger.One;
                return true;
            case JsonValueKind.False:
                return true;
            case JsonValueKind.Number when TryParse(value.GetRawText(), out number):
                return true;
            case JsonValueKind.Number when value.TryGetDouble(out double real) && double.IsFinite(real):
                number = new BigInteger(Math.Truncate(real));
                return true;
            case JsonValueKind.String:
                return TryParse(value.GetString()!.Trim(), out number);
            default:
                return false;
        }
    }

    /// <summary>A reader of an integer within bounds, both included.</summary>
    public static ReadAttribute Between(int min, int max) => (attribute, value) =>
    {
        if (!TryConvert(value, out BigInteger number))
        {
            return NotAnInteger(attribute, value);
        }

        if (number < min)
        {
            return ApiProblem.InvalidValue(attribute, $"'{number}' is too small - must be at least '{min}'");
        }

        return number > max
            ? ApiProblem.InvalidValue(attribute, $"'{number}' is too large - must be no larger than '{max}'")
            : Reading.Of((int)number);
    };

    /// <summary>An integer from 0 up to what an <see cref="int"/> holds.</summary>
    public static Reading NonNegative(string attribute, JsonElement value)
    {
        if (!TryConvert(value, out BigInteger number))
        {
            return NotAnInteger(attribute, value);
        }

        if (number.Sign < 0)
        {
            return ApiProblem.InvalidValue(attribute, $"'{number}' should be non-negative");
        }

        return number > int.MaxValue
            ? ApiProblem.InvalidValue(attribute, $"'{number}' is too large - must be no larger than '{int.MaxValue}'")
            : Reading.Of((int)number);
    }

    private static bool TryParse(string text, out BigInteger number)
    {
        number = default;
        return text.Length <= MaxDigits && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    private static ApiProblem NotAnInteger(string attribute, JsonElement value) =>
        ApiProblem.NotConvertible(attribute, $"'{PythonText.Str(value)}' is not an integer");
}
