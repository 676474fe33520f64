using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.State;

/// <summary>Puts ids in the place of names, wherever a table says that an attribute refers to something.</summary>
internal sealed class StateReferences(StateNames names, List<StateError> errors)
{
    /// <summary>Resolves the references of one object; the members that refer are replaced. False when one names nothing.</summary>
    public bool Resolve(AttributeTable table, OrderedDictionary<string, JsonElement> members, string path)
    {
        int before = errors.Count;
        foreach (AttributeRule rule in table.Rules)
        {
            if (rule.RefersTo is { } plural && members.TryGetValue(rule.Name, out JsonElement value))
            {
                string place = JsonPath.Member(path, rule.Name);
                JsonNode? resolved = rule.ReferenceMember is { } member ? Inside(value, member, plural, place) : Value(value, plural, place);
                members[rule.Name] = JsonSerializer.SerializeToElement(resolved, JsonText.Default.JsonNode);
            }
        }

        return errors.Count == before;
    }

    /// <summary>A text is a reference, a list is a list of them, an object has them as names and values. Anything else is for the table to refuse.</summary>
    private JsonNode? Value(JsonElement value, string plural, string place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return Id(value.GetString()!, plural, place);
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select((item, index) => Value(item, plural, JsonPath.Item(place, index)))]);
            case JsonValueKind.Object:
                JsonObject resolved = [];
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    string inner = JsonPath.Member(place, property.Name);
                    string id = Id(property.Name, plural, inner);
                    if (!resolved.TryAdd(id, Value(property.Value, plural, inner)))
                    {
                        errors.Add(new StateError(inner, $"'{property.Name}' is named twice. Accepted is each once."));
                    }
                }

                return resolved;
            default:
                return Copy(value);
        }
    }

    /// <summary>In a list of objects, one member of each is the reference.</summary>
    private JsonNode? Inside(JsonElement value, string member, string plural, string place)
    {
        JsonNode? copy = Copy(value);
        if (copy is JsonArray items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                if (items[index] is JsonObject item && item[member] is JsonValue reference && reference.GetValueKind() == JsonValueKind.String)
                {
                    item[member] = Id(reference.GetValue<string>(), plural, JsonPath.Member(JsonPath.Item(place, index), member));
                }
            }
        }

        return copy;
    }

    private string Id(string text, string plural, string place)
    {
        if (names.Find(plural, text, out Guid id) is not { } problem)
        {
            return id.ToString();
        }

        errors.Add(new StateError(place, problem));
        return text;
    }

    private static JsonNode? Copy(JsonElement value) => value.Deserialize(JsonText.Default.JsonNode);
}
