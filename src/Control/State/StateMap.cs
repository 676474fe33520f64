using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.State;

/// <summary>The members of an object that may be absent.</summary>
internal static class StateMap
{
    public static IEnumerable<KeyValuePair<string, JsonElement>> Of(string path, JsonElement? given, List<StateError> errors)
    {
        if (given is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonMembers.Of(value);
        }

        errors.Add(new StateError(path, $"'{PythonText.Str(value)}' is not an object. Accepted is an object, or nothing."));
        return [];
    }
}
