using System.Text.Json;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Checks shared by attributes whose value is an object.</summary>
internal static class Dictionaries
{
    /// <summary>Why the value is not an object with none but the given members; null when it is.</summary>
    public static ApiProblem? Check(string attribute, JsonElement value, params ReadOnlySpan<string> known)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.InvalidValue(attribute, $"'{PythonText.Str(value)}' is not a dictionary");
        }

        List<string> unexpected = [];
        foreach (string name in JsonMembers.Of(value).Keys)
        {
            if (!known.Contains(name))
            {
                unexpected.Add(name);
            }
        }

        return unexpected.Count == 0
            ? null
            : ApiProblem.InvalidValue(attribute, $"Unexpected keys supplied: {string.Join(", ", unexpected)}");
    }
}
