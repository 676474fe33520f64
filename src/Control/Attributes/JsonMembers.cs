using System.Text.Json;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Members of a JSON object the way Python's reader keeps them: a repeated name has its last value in its first place.</summary>
internal static class JsonMembers
{
    /// <summary>The members in order.</summary>
    public static OrderedDictionary<string, JsonElement> Of(JsonElement json)
    {
        OrderedDictionary<string, JsonElement> members = [];
        foreach (JsonProperty property in json.EnumerateObject())
        {
            members[property.Name] = property.Value;
        }

        return members;
    }

    /// <summary>True for what Python calls false: null, false, 0, "", [] and {}.</summary>
    public static bool IsFalsy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == 0,
        _ => false,
    };
}
