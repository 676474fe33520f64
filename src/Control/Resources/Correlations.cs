using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>The words of <see cref="Correlation"/>; case matters.</summary>
internal static class Correlations
{
    /// <summary>The word, or null for none.</summary>
    public static string? Word(Correlation correlation) => correlation switch
    {
        Correlation.Mpls => "mpls",
        Correlation.Nsh => "nsh",
        _ => null,
    };

    /// <summary>Reads a word, or null where that is allowed.</summary>
    public static bool TryRead(JsonElement value, bool allowNone, out Correlation correlation)
    {
        correlation = Correlation.None;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return allowNone;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        correlation = value.ValueEquals("mpls") ? Correlation.Mpls : value.ValueEquals("nsh") ? Correlation.Nsh : Correlation.None;
        return correlation != Correlation.None;
    }

    /// <summary>The refusal of another value; the wording, which names no accepted value, is Neutron's.</summary>
    public static ApiProblem Refused(string attribute, JsonElement value) =>
        ApiProblem.InvalidValue(attribute, $"{PythonText.Str(value)} is not in valid_values");
}
