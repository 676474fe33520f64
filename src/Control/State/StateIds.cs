using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NetworkingSfc.Control.Attributes;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.State;

/// <summary>
/// Ids of objects that a document gives none: derived from kind and name, or from kind and position where there is
/// no name or another has it too, so that the same document means the same objects in every run.
/// </summary>
/// <remarks>Objects of different kinds may have the same id.</remarks>
internal sealed class StateIds
{
    /// <summary>Version and variant of RFC 9562: version 8 is for ids derived in a way of one's own.</summary>
    private const byte Version = 0x80;
    private const byte Variant = 0x80;
    private const int GuidBytes = 16;

    private readonly HashSet<Guid> _taken = [];

    /// <summary>The ids of the objects of one list; given ones are taken first, so that no derived one can be in their way.</summary>
    public Guid[] Assign(ResourceKind kind, IReadOnlyList<JsonElement> items, Action<int, string> refuse)
    {
        Guid[] ids = new Guid[items.Count];
        for (int index = 0; index < items.Count; index++)
        {
            if (items[index].ValueKind == JsonValueKind.Object && items[index].TryGetProperty("id", out JsonElement given))
            {
                if (given.ValueKind != JsonValueKind.String || !Ids.TryParse(given.GetString()!, out ids[index]))
                {
                    refuse(index, $"'{PythonText.Str(given)}' is not a valid UUID. Accepted is a UUID, or no id to have one derived.");
                }
                else if (!_taken.Add(ids[index]))
                {
                    refuse(index, $"'{ids[index]}' is the id of another object too. Accepted is an id that only one object has.");
                }
            }
        }

        for (int index = 0; index < items.Count; index++)
        {
            if (items[index].ValueKind == JsonValueKind.Object && !items[index].TryGetProperty("id", out _))
            {
                ids[index] = Derive(kind.Plural, NameOf(items[index]), index);
            }
        }

        return ids;
    }

    /// <summary>The name of an object, "" when it has none.</summary>
    public static string NameOf(JsonElement item) =>
        item.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";

    private Guid Derive(string plural, string name, int index)
    {
        Guid byName = Hash($"{plural}/name/{name}");
        if (name.Length > 0 && _taken.Add(byName))
        {
            return byName;
        }

        Guid byPosition = Hash($"{plural}/position/{index}");
        _taken.Add(byPosition);
        return byPosition;
    }

    private static Guid Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)(hash[6] & 0x0f | Version);
        hash[8] = (byte)(hash[8] & 0x3f | Variant);
        return new Guid(hash[..GuidBytes], bigEndian: true);
    }
}
