using System.Buffers;
using System.Text;
using System.Text.Json;

namespace NetworkingSfc.Control.Attributes;

/// <summary>Members of a JSON object the way Python's reader keeps them: a repeated name has its last value in its first place.</summary>
internal static class JsonMembers
{
    private const int MaxKeptDepth = 32;

    /// <summary>The members in order.</summary>
    public static OrderedDictionary<string, JsonElement> Of(JsonElement json)
    {
        OrderedDictionary<string, JsonElement> members = new(json.GetPropertyCount());
        foreach (JsonProperty property in json.EnumerateObject())
        {
            members[property.Name] = property.Value;
        }

        return members;
    }

    /// <summary>
    /// A value that is kept as sent, as compact JSON: every member once, and so flat that a state document, which has it two
    /// levels further down than a request, can be read again. False when it is nested too deeply.
    /// </summary>
    public static bool TryNormalize(JsonElement value, out string text)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        bool flat = TryWrite(writer, value, MaxKeptDepth);
        if (flat)
        {
            writer.Flush();
        }

        text = flat ? Encoding.UTF8.GetString(buffer.WrittenSpan) : "";
        return flat;
    }

    /// <summary>Why <see cref="TryNormalize"/> refuses a value.</summary>
    public static string TooDeep(string what) => $"{what} is nested deeper than {MaxKeptDepth} levels, at most {MaxKeptDepth} are accepted";

    private static bool TryWrite(Utf8JsonWriter writer, JsonElement value, int levels)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when levels == 0:
                return false;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach ((string name, JsonElement member) in Of(value))
                {
                    writer.WritePropertyName(name);
                    if (!TryWrite(writer, member, levels - 1))
                    {
                        return false;
                    }
                }

                writer.WriteEndObject();
                return true;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    if (!TryWrite(writer, item, levels - 1))
                    {
                        return false;
                    }
                }

                writer.WriteEndArray();
                return true;
            default:
                value.WriteTo(writer);
                return true;
        }
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
